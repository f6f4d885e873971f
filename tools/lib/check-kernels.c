// Runs every kernel of a table on random numbers, and compares what it gives with the table in double precision.
//
//   check-kernels neon|avx2|avx512     exit code 0 where all agree
//
// Each check is written once, for any table: it makes its inputs from a seed, calls the kernel and hands over what came
// out. The driver runs it with both tables.
#include <CKernels.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A table at work on one case of a check.
typedef struct {
    const ds_kernels *kernels;
    uint64_t seed;
    double *results;
    size_t count, capacity;
} Run;

static void *allocate(size_t bytes) {
    void *memory = calloc(1, bytes + 64);
    if (!memory) {
        fprintf(stderr, "check-kernels: no memory for %zu bytes\n", bytes);
        exit(2);
    }
    return memory;
}

// SplitMix64 (Steele, Lea and Flood 2014).
static uint64_t next(Run *run) {
    uint64_t z = run->seed += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

// A number from -1 to 1 that single precision holds exactly, so that all tables begin with the same.
static float number(Run *run) { return (float)((double)(next(run) >> 40) / (1 << 23) - 1); }

static long below(Run *run, long bound) { return (long)(next(run) % (uint64_t)bound); }

static void set(Run *run, void *values, long index, double value) {
    if (run->kernels->wideSize == 8) ((double *)values)[index] = value;
    else ((float *)values)[index] = (float)value;
}

static double get(Run *run, const void *values, long index) {
    return run->kernels->wideSize == 8 ? ((const double *)values)[index] : (double)((const float *)values)[index];
}

static void *zeros(Run *run, long count) { return allocate((size_t)count * run->kernels->wideSize); }

static void *numbers(Run *run, long count, double scale) {
    void *values = zeros(run, count);
    for (long i = 0; i < count; i++) set(run, values, i, (float)(number(run) * scale));
    return values;
}

static void give(Run *run, double value) {
    if (run->count == run->capacity) {
        run->capacity = 2 * run->capacity + 1024;
        run->results = realloc(run->results, run->capacity * sizeof(double));
        if (!run->results) exit(2);
    }
    run->results[run->count++] = value;
}

static void giveScaled(Run *run, const void *values, long count, double scale) {
    for (long i = 0; i < count; i++) give(run, get(run, values, i) * scale);
}

static void giveAll(Run *run, const void *values, long count) { giveScaled(run, values, count, 1); }

// MARK: Products

static ds_product_factors factor(Run *run, const void *left, long depth, long columns, int width) {
    const ds_kernels *k = run->kernels;
    const long panels = (columns + width - 1) / width;
    void *source = numbers(run, depth * columns, 1), *packed = zeros(run, panels * width * depth + width);
    if (depth > 0) k->packPanels(packed, width, source, depth, columns, 0, depth, columns, 1, 0.5);
    free(source);
    return (ds_product_factors){.left = left, .leftStride = depth, .panels = packed, .depth = depth};
}

static void checkProduct(Run *run) {
    const ds_kernels *k = run->kernels;
    const long rows = 1 + below(run, 14), columns = 1 + below(run, 70);
    const long depth = below(run, 4) ? 1 + below(run, 90) : 1537 + below(run, 60), extra = below(run, 2) * 8;
    const int width = below(run, 2) ? k->widePanelColumns : k->slimPanelColumns;
    const ds_store_mode mode = (ds_store_mode)below(run, 3);
    void *left = numbers(run, rows * depth, 1), *low = numbers(run, rows * 8, 1);
    void *output = numbers(run, rows * columns, 1);
    const ds_product_factors factors[2] = {factor(run, left, depth, columns, width), factor(run, low, extra, columns, width)};
    k->product(output, columns, mode, rows, columns, width, 0, (columns + width - 1) / width, factors);
    giveAll(run, output, rows * columns);
    free(left), free(low), free(output), free((void *)factors[0].panels), free((void *)factors[1].panels);
}

static const float *linearCodes(void) {
    static float codes[16];
    for (int i = 0; i < 16; i++) codes[i] = (float)i;
    return codes;
}

// A weight in four or eight bits: by unpacked panels forward and backward, and a few rows without unpacking.
static void checkQuantised(Run *run) {
    const ds_kernels *k = run->kernels;
    const bool isNormalFloat = below(run, 2);
    const ds_quantised_format format = {
        .bits = isNormalFloat || below(run, 2) ? 4 : 8, .run = isNormalFloat ? 64 : 32, .halfScales = false};
    const long depth = format.run * (1 + below(run, 5)), columns = 1 + below(run, 80), rows = 1 + below(run, 4);
    const size_t stripBytes = ds_quantised_strip_bytes(&format, depth);
    const long strips = (columns + DS_STRIP_COLUMNS - 1) / DS_STRIP_COLUMNS;
    char *packed = allocate((size_t)strips * stripBytes);
    float *values = allocate((size_t)depth * 4), *scales = allocate((size_t)depth * 4), *minimums = allocate((size_t)depth * 4);
    uint8_t *codes = allocate((size_t)depth);
    for (long column = 0; column < columns; column++) {
        char *strip = packed + (size_t)(column / DS_STRIP_COLUMNS) * stripBytes;
        const int lane = (int)(column % DS_STRIP_COLUMNS);
        for (long i = 0; i < depth; i++) {
            values[i] = number(run), scales[i] = number(run) / 16, minimums[i] = number(run);
            codes[i] = (uint8_t)below(run, 1 << format.bits);
        }
        const bool isPacked = isNormalFloat
            ? ds_pack_normal_float4_row(&format, strip, lane, depth, values)
            : ds_pack_quantised_row(&format, strip, lane, depth, codes, scales, minimums);
        if (!isPacked) exit(2);
    }
    const ds_quantised_matrix matrix = {
        .format = format, .strips = packed, .depth = depth, .columns = columns, .isLinear = !isNormalFloat,
        .codebook = isNormalFloat ? ds_normal_float4() : linearCodes(), .pairCodebook = (const uint16_t *)values};
    const int width = k->widePanelColumns;
    void *left = numbers(run, rows * depth, 1), *low = numbers(run, rows * 8, 1);
    void *output = zeros(run, rows * columns), *back = zeros(run, rows * depth);
    const long panels = (columns + width - 1) / width, backPanels = (depth + width - 1) / width;
    void *panel = zeros(run, (panels + backPanels) * width * (depth + columns));
    const ds_product_factors extra = factor(run, low, 8, columns, width);
    for (long i = 0; i < panels; i++)
        k->unpackForward((char *)panel + (size_t)(i * width * depth) * k->narrowSize, width, &matrix, i, 0, depth);
    const ds_product_factors forward[2] = {{left, depth, panel, depth}, extra};
    k->product(output, columns, DS_STORE_WIDE, rows, columns, width, 0, panels, forward);
    giveAll(run, output, rows * columns);
    // What the double table has no kernel for is what its panels give.
    float *scratch = allocate(4 * 4 * (size_t)(depth + depth / format.run));
    if (k->fewRowsProduct) {
        memset(output, 0, (size_t)(rows * columns) * k->wideSize);
        k->fewRowsProduct(
            output, columns, DS_STORE_WIDE, rows, columns, 0, panels, &matrix, left, depth, scratch, &extra);
    }
    giveAll(run, output, rows * columns);
    if (k->fewRowsRounded) {
        memset(output, 0, (size_t)(rows * columns) * k->wideSize);
        k->fewRowsRounded(
            output, columns, DS_STORE_WIDE, rows, columns, 0, panels, &matrix, left, depth, scratch, &extra);
    }
    // Sixteen bits, by weights up to 17: in units of the largest.
    giveScaled(run, output, rows * columns, 1.0 / 17);
    free(scratch);
    void *gradient = numbers(run, rows * columns, 1);
    for (long i = 0; i < backPanels; i++)
        k->unpackBackward((char *)panel + (size_t)(i * width * columns) * k->narrowSize, width, &matrix, i, 0, columns);
    const ds_product_factors backward[2] = {{gradient, columns, panel, columns}, {0}};
    k->product(back, depth, DS_STORE_WIDE, rows, depth, width, 0, backPanels, backward);
    giveAll(run, back, rows * depth);
    free(packed), free(values), free(scales), free(minimums), free(codes), free(left), free(low), free(output);
    free(back), free(panel), free(gradient), free((void *)extra.panels);
}

static void checkOuterProductSum(Run *run) {
    const long rank = 1 + below(run, 20), tokens = 1 + below(run, 40), columns = 1 + below(run, 90);
    void *left = numbers(run, tokens * rank, 1), *right = numbers(run, tokens * columns, 1);
    void *gradient = numbers(run, rank * columns, 1);
    run->kernels->outerProductSum(gradient, columns, left, rank, rank, right, columns, tokens, 0, columns, 0.7);
    giveAll(run, gradient, rank * columns);
    free(left), free(right), free(gradient);
}

// MARK: Norms, rotation, attention

static void checkNorms(Run *run) {
    const ds_kernels *k = run->kernels;
    const long rows = 1 + below(run, 5), columns = 1 + below(run, 70), count = rows * columns;
    void *input = numbers(run, count, 2), *weight = numbers(run, columns, 1), *bias = numbers(run, columns, 1);
    void *output = zeros(run, count), *inverse = zeros(run, rows), *mean = zeros(run, rows);
    void *gradient = numbers(run, count, 1), *inputGradient = numbers(run, count, 1);
    k->normForward(output, inverse, input, weight, rows, columns, 1e-2);
    giveAll(run, output, count), giveAll(run, inverse, rows);
    k->normBackward(inputGradient, gradient, input, inverse, weight, rows, columns);
    giveAll(run, inputGradient, count);
    k->layerNormForward(output, mean, inverse, input, weight, bias, rows, columns, 1e-2);
    giveAll(run, output, count), giveAll(run, mean, rows), giveAll(run, inverse, rows);
    k->layerNormBackward(inputGradient, gradient, input, mean, inverse, weight, rows, columns);
    giveAll(run, inputGradient, count);
    free(input), free(weight), free(bias), free(output), free(inverse), free(mean), free(gradient), free(inputGradient);
}

static void checkRotate(Run *run) {
    const long rows = 1 + below(run, 5), heads = 1 + below(run, 3), half = 1 + below(run, 33);
    const long dimension = 2 * half + 2 * below(run, 3);
    void *values = numbers(run, rows * heads * dimension, 1);
    void *cosines = numbers(run, 9 * half, 1), *sines = numbers(run, 9 * half, 1);
    int32_t positions[8];
    for (int i = 0; i < 8; i++) positions[i] = (int32_t)below(run, 9);
    const int direction = below(run, 2) ? 1 : -1;
    run->kernels->rotate(
        values, heads * dimension, rows, heads, dimension, 2 * half, positions, cosines, sines, direction);
    giveAll(run, values, rows * heads * dimension);
    free(values), free(cosines), free(sines);
}

static void checkAttention(Run *run) {
    const ds_kernels *k = run->kernels;
    static const long dimensions[] = {4, 8, 16, 20, 32, 64, 80, 128};
    const long dimension = dimensions[below(run, 8)], queries = 1 + below(run, 70), keys = queries + below(run, 20);
    const ds_attention_shape shape = {
        .queryCount = queries, .keyCount = keys, .headDimension = dimension, .queryStride = 2 * dimension,
        .keyStride = dimension, .queryColumn = dimension, .window = below(run, 2) ? 1 + below(run, 30) : keys,
        .scale = 1 / sqrt((double)dimension), .softCap = below(run, 2) * 3.0};
    const long queryCount = queries * 2 * dimension, keyCount = keys * dimension;
    void *q = numbers(run, queryCount, 2), *key = numbers(run, keyCount, 2), *value = numbers(run, keyCount, 1);
    void *output = zeros(run, queryCount), *logSum = zeros(run, queries), *gradient = numbers(run, queryCount, 1);
    void *dq = zeros(run, queryCount), *dk = zeros(run, keyCount), *dv = zeros(run, keyCount);
    const size_t forward = k->attentionScratch(&shape, false), backward = k->attentionScratch(&shape, true);
    void *scratch = allocate(forward > backward ? forward : backward);
    k->attentionForward(output, logSum, q, key, value, &shape, scratch);
    giveAll(run, output, queryCount), giveAll(run, logSum, queries);
    k->attentionBackward(dq, dk, dv, gradient, output, logSum, q, key, value, &shape, scratch);
    giveAll(run, dq, queryCount), giveAll(run, dk, keyCount), giveAll(run, dv, keyCount);
    free(q), free(key), free(value), free(output), free(logSum), free(gradient), free(dq), free(dk), free(dv);
    free(scratch);
}

// MARK: Element by element

static void checkElements(Run *run) {
    const ds_kernels *k = run->kernels;
    const long rows = 1 + below(run, 4), columns = 1 + below(run, 40), count = rows * columns;
    void *a = numbers(run, count, 4), *b = numbers(run, count, 4), *c = numbers(run, count, 1);
    void *bias = numbers(run, columns, 1), *one = zeros(run, count), *two = zeros(run, count);
    k->gatedForward(one, a, b, count), giveAll(run, one, count);
    k->gatedBackward(one, two, c, a, b, count), giveAll(run, one, count), giveAll(run, two, count);
    k->gatedGeluForward(one, a, b, count), giveAll(run, one, count);
    k->gatedGeluBackward(one, two, c, a, b, count), giveAll(run, one, count), giveAll(run, two, count);
    k->geluForward(one, a, count), giveAll(run, one, count);
    k->geluBackward(one, c, a, count), giveAll(run, one, count);
    k->narrowValues(one, a, count), giveAll(run, one, count);
    k->widenValues(two, b, count), giveAll(run, two, count);
    k->softCap(one, count, 3), giveAll(run, one, count);
    k->softCapBackward(c, one, count, 3), giveAll(run, c, count);
    k->addBiasNarrow(a, bias, rows, columns), giveAll(run, a, count);
    k->addBiasWide(b, bias, rows, columns), giveAll(run, b, count);
    k->addNarrow(b, a, count), giveAll(run, b, count);
    k->sumParts(one, columns, a, 0, 1, rows, columns), giveAll(run, one, count);
    if (rows > 1) k->sumParts(one, columns, a, columns, rows, 1, columns), giveAll(run, one, columns);
    give(run, k->sumOfSquares(a, count));
    free(a), free(b), free(c), free(bias), free(one), free(two);
}

static void checkCrossEntropy(Run *run) {
    const long rows = 1 + below(run, 4), columns = 1 + below(run, 90);
    void *logits = numbers(run, rows * columns, 8), *gradient = zeros(run, rows * columns);
    int32_t labels[4];
    for (int i = 0; i < 4; i++) labels[i] = (int32_t)below(run, columns);
    double losses[4];
    run->kernels->crossEntropy(losses, gradient, logits, labels, rows, columns, 0.25);
    giveAll(run, gradient, rows * columns);
    for (long i = 0; i < rows; i++) give(run, losses[i]);
    free(logits), free(gradient);
}

static void checkAdamStep(Run *run) {
    const long count = 1 + below(run, 90);
    void *parameter = numbers(run, count, 1), *gradient = numbers(run, count, 1);
    void *first = numbers(run, count, 1), *second = zeros(run, count);
    for (long i = 0; i < count; i++) set(run, second, i, fabsf(number(run)) + 0.01f);
    run->kernels->adamStep(
        parameter, first, second, gradient, count, 0.5, 1e-2, 0.9, 0.999, 1e-8, 0.1, 1 - 0.9, 1 - 0.999);
    giveAll(run, parameter, count), giveAll(run, first, count), giveAll(run, second, count);
    free(parameter), free(gradient), free(first), free(second);
}

// MARK: The driver

// Sums of a few thousand numbers below 4 in single precision keep four digits, whatever their order.
static const double tolerance = 2e-4;

// Returns whether both tables give the same for a case.
static bool compare(const char *name, void (*check)(Run *), const ds_kernels *tested, uint64_t seed) {
    Run found = {.kernels = tested, .seed = seed}, wanted = {.kernels = ds_kernels_float64(), .seed = seed};
    check(&found), check(&wanted);
    bool isRight = found.count == wanted.count;
    for (size_t i = 0; isRight && i < found.count; i++) {
        const double difference = fabs(found.results[i] - wanted.results[i]);
        isRight = difference <= tolerance * fmax(1, fabs(wanted.results[i]));
        if (!isRight)
            printf("%s, case %llu: value %zu is %.9g, not %.9g\n", name, (unsigned long long)seed, i, found.results[i],
                wanted.results[i]);
    }
    free(found.results), free(wanted.results);
    return isRight;
}

int main(int count, char **arguments) {
    const char *name = count == 2 ? arguments[1] : "";
    const ds_kernels *tested = NULL;
    if (!strcmp(name, "neon")) tested = ds_kernels_float32_neon();
    if (!strcmp(name, "avx2")) tested = ds_kernels_float32_avx2();
    if (!strcmp(name, "avx512")) tested = ds_kernels_float32_avx512();
    if (!tested) {
        fprintf(stderr, "check-kernels: this processor has no kernels called \"%s\"\n", name);
        return 2;
    }
    static const struct {
        const char *name;
        void (*check)(Run *);
    } checks[] = {
        {"product", checkProduct}, {"quantised product", checkQuantised}, {"sum of outer products", checkOuterProductSum},
        {"norms", checkNorms}, {"rotation", checkRotate}, {"attention", checkAttention},
        {"element by element", checkElements}, {"cross-entropy", checkCrossEntropy}, {"AdamW", checkAdamStep},
    };
    bool allRight = true;
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        const uint64_t cases = 300;
        uint64_t right = 0;
        for (uint64_t seed = 0; seed < cases; seed++) right += compare(checks[i].name, checks[i].check, tested, seed);
        printf("%-24s %llu of %llu cases as in double precision\n", checks[i].name, (unsigned long long)right,
            (unsigned long long)cases);
        allRight = allRight && right == cases;
    }
    printf("%s: %s\n", tested->name, allRight ? "all right" : "NOT as it should be");
    return allRight ? 0 : 1;
}
