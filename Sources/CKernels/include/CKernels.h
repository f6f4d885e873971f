#ifndef DS_CKERNELS_H
#define DS_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The arithmetic of a language model, one table of functions for each kind of number and of processor.
//
// A table works on two types: `narrow`, in which activations are stored, and `wide`, in which they are
// computed. They are (double, double), (float, float) or (bfloat16, float). Pointers are void because the
// table's user knows its types; `Kernels` is the only user, and gives them a safe face.
//
// Every function works on a range of its task, on the calling thread, and allocates nothing. Sums run in
// an order that depends only on the shapes, so that any split over threads gives the same bits.

// Tells the processor that the thread is looking for what another one does.
static inline void ds_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// One factor pair of a product: `left` is [rows, depth] with `leftStride` elements a row, narrow;
// `panels` holds the right factor [depth, columns] as `ds_kernels.packPanels` wrote it.
typedef struct {
    const void *_Nullable left;
    ptrdiff_t leftStride;
    const void *_Nullable panels;
    ptrdiff_t depth;
} ds_product_factors;

// How a quantised factor is packed: strips of DS_STRIP_COLUMNS columns, each its runs of depths after one another. A
// run is a scale for each column, a minimum for each, then the codes, 32 bits of one column's after another's.
enum { DS_STRIP_COLUMNS = 16 };
typedef struct {
    int bits;         // of a code: 4 or 8
    int run;          // depths that share a scale and a minimum
    bool halfScales;  // scales and minimums in half precision, else in single
} ds_quantised_format;

// A quantised factor [depth, columns]: codebook[code] * scale + minimum; with eight bits code * scale + minimum.
typedef struct {
    ds_quantised_format format;
    const void *_Nonnull strips;
    ptrdiff_t depth;  // a whole number of runs
    ptrdiff_t columns;
    bool isLinear;                         // a code stands for itself
    const float *_Nonnull codebook;        // 16 numbers
    const uint16_t *_Nonnull pairCodebook; // the same as bfloat16 numbers, twice
} ds_quantised_matrix;

static inline size_t ds_quantised_run_bytes(const ds_quantised_format *_Nonnull format) {
    return DS_STRIP_COLUMNS * ((format->halfScales ? 4 : 8) + (size_t)(format->run * format->bits / 8));
}
size_t ds_quantised_strip_bytes(const ds_quantised_format *_Nonnull format, ptrdiff_t depth);

// The format that holds blocks of GGUF's number `type` exactly; false where that is no quantised type.
bool ds_find_quantised_format(int type, ds_quantised_format *_Nonnull format);
// Puts a row of blocks into column `lane` of a strip. False where the type is unknown, or where a scale is no
// half-precision number and `format` wants one.
bool ds_pack_block_row(
    int type, const ds_quantised_format *_Nonnull format, void *_Nonnull strip, int lane, ptrdiff_t depth,
    const void *_Nonnull blocks);
// The same of a row of codes, with a scale and a minimum for each run.
bool ds_pack_quantised_row(
    const ds_quantised_format *_Nonnull format, void *_Nonnull strip, int lane, ptrdiff_t depth,
    const uint8_t *_Nonnull codes, const float *_Nonnull scales, const float *_Nonnull minimums);
// Rounds a row to NormalFloat 4 and packs it.
bool ds_pack_normal_float4_row(
    const ds_quantised_format *_Nonnull format, void *_Nonnull strip, int lane, ptrdiff_t depth,
    const float *_Nonnull values);
// Its codebook.
const float *_Nonnull ds_normal_float4(void);

typedef enum {
    DS_STORE_WIDE = 0,       // output = product
    DS_ACCUMULATE_WIDE = 1,  // output += product
    DS_STORE_NARROW = 2,     // output = product, rounded to narrow
} ds_store_mode;

// The layout of one packed causal attention: which rows of the buffers belong to the segment, and the heads.
typedef struct {
    ptrdiff_t firstRow;       // row of the segment's first query, in queries and outputs
    ptrdiff_t queryCount;
    ptrdiff_t firstKeyRow;    // row of the segment's first key
    ptrdiff_t keyCount;       // keys seen by the last query; query i sees keyCount - queryCount + i + 1
    ptrdiff_t headDimension;
    ptrdiff_t queryStride;    // elements from a row to the next in queries, outputs and their gradients
    ptrdiff_t keyStride;      // the same for keys and values
    ptrdiff_t queryColumn;    // first column of this head in queries
    ptrdiff_t keyColumn;      // first column of its key-value head
    ptrdiff_t window;         // keys a query sees at most, itself included
    double scale;             // of the scores
    double softCap;           // scores become cap tanh(score / cap); 0 for none
} ds_attention_shape;

typedef struct {
    const char *_Nonnull name;
    size_t narrowSize;
    size_t wideSize;
    bool hasPanels;           // false: large products belong to a BLAS
    int widePanelColumns;     // columns of a panel for products with many columns
    int slimPanelColumns;     // columns of a panel for products with few (low-rank factors)
    int depthMultiple;        // panels and left factors are padded with zeros to this depth

    // panels[depth, columns] <- scale * source, where source(k, n) = source[k * depthStride + n * columnStride],
    // wide. Writes depths firstDepth ..< firstDepth + depthCount (firstDepth a multiple of depthMultiple) of
    // all panels of a right factor that is `depth` deep.
    void (*_Nonnull packPanels)(
        void *_Nonnull panels, int panelColumns, const void *_Nonnull source, ptrdiff_t depth, ptrdiff_t columns,
        ptrdiff_t firstDepth, ptrdiff_t depthCount, ptrdiff_t depthStride, ptrdiff_t columnStride, double scale);

    // output[rows, panel's columns] for panels firstPanel ..< lastPanel: factors[0] + factors[1] (depth 0: none).
    void (*_Nonnull product)(
        void *_Nonnull output, ptrdiff_t outputStride, ds_store_mode mode, ptrdiff_t rows, ptrdiff_t columns,
        int panelColumns, ptrdiff_t firstPanel, ptrdiff_t lastPanel, const ds_product_factors *_Nonnull factors);

    // Writes depths firstDepth ..< firstDepth + depthCount (multiples of 16, or to the end) of one panel of a quantised
    // factor, as packPanels would have written its numbers.
    void (*_Nonnull unpackForward)(
        void *_Nonnull panel, int panelColumns, const ds_quantised_matrix *_Nonnull matrix, ptrdiff_t panelIndex,
        ptrdiff_t firstDepth, ptrdiff_t depthCount);
    // The same for the transposed factor, whose depths are the matrix's columns.
    void (*_Nonnull unpackBackward)(
        void *_Nonnull panel, int panelColumns, const ds_quantised_matrix *_Nonnull matrix, ptrdiff_t panelIndex,
        ptrdiff_t firstDepth, ptrdiff_t depthCount);
    // output[rows <= 4, panel's columns] without unpacking the factor; null where there is no such kernel.
    // scratch has room for rows * (depth + runs) numbers; extra is a factor pair to add (depth 0: none).
    void (*_Nullable fewRowsProduct)(
        void *_Nonnull output, ptrdiff_t outputStride, ds_store_mode mode, ptrdiff_t rows, ptrdiff_t columns,
        ptrdiff_t firstPanel, ptrdiff_t lastPanel, const ds_quantised_matrix *_Nonnull matrix,
        const void *_Nonnull left, ptrdiff_t leftStride, float *_Nonnull scratch,
        const ds_product_factors *_Nonnull extra);
    // The same, with rows rounded to sixteen bits: faster where it is.
    void (*_Nullable fewRowsRounded)(
        void *_Nonnull output, ptrdiff_t outputStride, ds_store_mode mode, ptrdiff_t rows, ptrdiff_t columns,
        ptrdiff_t firstPanel, ptrdiff_t lastPanel, const ds_quantised_matrix *_Nonnull matrix,
        const void *_Nonnull left, ptrdiff_t leftStride, float *_Nonnull scratch,
        const ds_product_factors *_Nonnull extra);

    // gradient[rank, columns] += scale * sum over tokens of left[token, rank] * right[token, column], for the
    // columns firstColumn ..< lastColumn; left and right narrow, gradient wide.
    void (*_Nonnull outerProductSum)(
        void *_Nonnull gradient, ptrdiff_t gradientStride, const void *_Nonnull left, ptrdiff_t leftStride,
        ptrdiff_t rank, const void *_Nonnull right, ptrdiff_t rightStride, ptrdiff_t tokens, ptrdiff_t firstColumn,
        ptrdiff_t lastColumn, double scale);

    // output = input / rms(input) * weight, narrow in and out; inverse[row] = 1 / rms, wide.
    void (*_Nonnull normForward)(
        void *_Nonnull output, void *_Nonnull inverse, const void *_Nonnull input, const void *_Nonnull weight,
        ptrdiff_t rows, ptrdiff_t columns, double epsilon);
    // inputGradient (wide) += the gradient through the norm of outputGradient (wide).
    void (*_Nonnull normBackward)(
        void *_Nonnull inputGradient, const void *_Nonnull outputGradient, const void *_Nonnull input,
        const void *_Nonnull inverse, const void *_Nonnull weight, ptrdiff_t rows, ptrdiff_t columns);

    // output = (input - mean) / deviation * weight + bias, narrow in and out; mean[row] and inverse[row] =
    // 1 / deviation are kept, wide.
    void (*_Nonnull layerNormForward)(
        void *_Nonnull output, void *_Nonnull mean, void *_Nonnull inverse, const void *_Nonnull input,
        const void *_Nonnull weight, const void *_Nonnull bias, ptrdiff_t rows, ptrdiff_t columns, double epsilon);
    void (*_Nonnull layerNormBackward)(
        void *_Nonnull inputGradient, const void *_Nonnull outputGradient, const void *_Nonnull input,
        const void *_Nonnull mean, const void *_Nonnull inverse, const void *_Nonnull weight, ptrdiff_t rows,
        ptrdiff_t columns);

    // Rotates pairs (i, i + rotatedDimension / 2) of the first columns of each head in place; tables are
    // [positions, rotatedDimension / 2], wide; direction 1 or -1 (the transpose, which is the gradient).
    void (*_Nonnull rotate)(
        void *_Nonnull values, ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t heads, ptrdiff_t headDimension,
        ptrdiff_t rotatedDimension, const int32_t *_Nonnull positions, const void *_Nonnull cosines,
        const void *_Nonnull sines, int direction);

    // Bytes of scratch that an attention call needs.
    size_t (*_Nonnull attentionScratch)(const ds_attention_shape *_Nonnull shape, bool backward);
    // output (narrow) = softmax(cap(scale * q k^T), causal) v; logSum[query] (wide) is kept for the backward.
    void (*_Nonnull attentionForward)(
        void *_Nonnull output, void *_Nonnull logSum, const void *_Nonnull queries, const void *_Nonnull keys,
        const void *_Nonnull values, const ds_attention_shape *_Nonnull shape, void *_Nonnull scratch);
    // queryGradient narrow; keyGradient and valueGradient [keyCount, headDimension], wide, of this query head
    // alone (the caller adds the heads that share a key head).
    void (*_Nonnull attentionBackward)(
        void *_Nonnull queryGradient, void *_Nonnull keyGradient, void *_Nonnull valueGradient,
        const void *_Nonnull outputGradient, const void *_Nonnull output, const void *_Nonnull logSum,
        const void *_Nonnull queries, const void *_Nonnull keys, const void *_Nonnull values,
        const ds_attention_shape *_Nonnull shape, void *_Nonnull scratch);
    // output[row, column] (narrow) = sum over parts of parts[part * partStride + row * columns + column] (wide).
    void (*_Nonnull sumParts)(
        void *_Nonnull output, ptrdiff_t outputStride, const void *_Nonnull parts, ptrdiff_t partStride,
        ptrdiff_t partCount, ptrdiff_t rows, ptrdiff_t columns);

    // output = silu(gate) * up, narrow.
    void (*_Nonnull gatedForward)(
        void *_Nonnull output, const void *_Nonnull gate, const void *_Nonnull up, ptrdiff_t count);
    // In place is allowed for gateGradient or upGradient == outputGradient.
    void (*_Nonnull gatedBackward)(
        void *_Nonnull gateGradient, void *_Nonnull upGradient, const void *_Nonnull outputGradient,
        const void *_Nonnull gate, const void *_Nonnull up, ptrdiff_t count);

    // The same with GELU (by tanh) in the place of silu, and GELU alone.
    void (*_Nonnull gatedGeluForward)(
        void *_Nonnull output, const void *_Nonnull gate, const void *_Nonnull up, ptrdiff_t count);
    void (*_Nonnull gatedGeluBackward)(
        void *_Nonnull gateGradient, void *_Nonnull upGradient, const void *_Nonnull outputGradient,
        const void *_Nonnull gate, const void *_Nonnull up, ptrdiff_t count);
    void (*_Nonnull geluForward)(void *_Nonnull output, const void *_Nonnull input, ptrdiff_t count);
    void (*_Nonnull geluBackward)(
        void *_Nonnull inputGradient, const void *_Nonnull outputGradient, const void *_Nonnull input,
        ptrdiff_t count);

    // values (wide) = cap tanh(values / cap), in place; and gradient (narrow) *= the slope at that output (narrow).
    void (*_Nonnull softCap)(void *_Nonnull values, ptrdiff_t count, double cap);
    void (*_Nonnull softCapBackward)(
        void *_Nonnull gradient, const void *_Nonnull output, ptrdiff_t count, double cap);

    // Every row += bias (wide).
    void (*_Nonnull addBiasNarrow)(
        void *_Nonnull values, const void *_Nonnull bias, ptrdiff_t rows, ptrdiff_t columns);
    void (*_Nonnull addBiasWide)(
        void *_Nonnull values, const void *_Nonnull bias, ptrdiff_t rows, ptrdiff_t columns);
    // sum (wide) += values (narrow).
    void (*_Nonnull addNarrow)(void *_Nonnull sum, const void *_Nonnull values, ptrdiff_t count);

    // losses[row] = -log softmax(logits[row])[label] (double); gradient (narrow) = scale * (softmax - onehot).
    // logits (wide) are overwritten. gradient may be null.
    void (*_Nonnull crossEntropy)(
        double *_Nonnull losses, void *_Nullable gradient, void *_Nonnull logits, const int32_t *_Nonnull labels,
        ptrdiff_t rows, ptrdiff_t columns, double scale);

    void (*_Nonnull narrowValues)(void *_Nonnull output, const void *_Nonnull input, ptrdiff_t count);
    void (*_Nonnull widenValues)(void *_Nonnull output, const void *_Nonnull input, ptrdiff_t count);

    double (*_Nonnull sumOfSquares)(const void *_Nonnull values, ptrdiff_t count);
    // AdamW with decoupled weight decay (Loshchilov and Hutter 2019), all wide; gradient is scaled first.
    void (*_Nonnull adamStep)(
        void *_Nonnull parameter, void *_Nonnull firstMoment, void *_Nonnull secondMoment,
        const void *_Nonnull gradient, ptrdiff_t count, double gradientScale, double learningRate, double beta1,
        double beta2, double epsilon, double weightDecay, double correction1, double correction2);
} ds_kernels;

const ds_kernels *_Nonnull ds_kernels_float64(void);
const ds_kernels *_Nonnull ds_kernels_float32_portable(void);
// Null where the processor lacks AVX2 and FMA, respectively is no 64-bit Arm.
const ds_kernels *_Nullable ds_kernels_float32_avx2(void);
const ds_kernels *_Nullable ds_kernels_float32_neon(void);
// Null where the processor lacks AVX-512 (F, BW, DQ, VL), respectively AVX512_BF16 too.
const ds_kernels *_Nullable ds_kernels_float32_avx512(void);
const ds_kernels *_Nullable ds_kernels_bfloat16_avx512(void);

// A weight format of GGUF files: this many values are stored in this many bytes.
typedef struct {
    int values;
    int bytes;
} ds_weight_format;

// The format with GGUF's number `type`; false for one that is not known.
bool ds_find_weight_format(int type, ds_weight_format *_Nonnull format);
// Widens whole blocks to single precision; false for an unknown type.
bool ds_dequantise(int type, const void *_Nonnull blocks, size_t blockCount, float *_Nonnull values);
// Narrows single precision to whole blocks; false for an unknown type.
bool ds_quantise(int type, const float *_Nonnull values, size_t blockCount, void *_Nonnull blocks);

#endif
