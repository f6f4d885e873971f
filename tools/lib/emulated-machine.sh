# Sourced by tools/check-kernels: runs a program on an x86-64 processor with AVX-512, which the emulator Bochs is.

# run_emulated PROGRAM ARGUMENT FOLDER: boots Debian's Linux kernel from a CD image whose first process is the static program
# beside it, shows what it prints, and returns 0 where it ended with 0. The folder is made, and not taken away.
run_emulated() {
    local program="$1" argument="$2" folder="$3"
    install_packages bochs bochs-term bochsbios vgabios grub-common grub-pc-bin xorriso mtools cpio
    mkdir -p "$folder/root" "$folder/iso/boot/grub" "$folder/kernel"
    # The kernel is unpacked and not installed, as this machine has its own.
    local package
    package="$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -1)"
    (cd "$folder/kernel" && apt-get download -qq "$package" && dpkg -x ./*.deb .)
    cp "$folder"/kernel/boot/vmlinuz-* "$folder/iso/boot/vmlinuz"
    cp "$program" "$folder/root/program"
    clang -std=gnu17 -Wall -Wextra -static -O1 tools/lib/emulated-init.c -o "$folder/root/init"
    (cd "$folder/root" && printf '%s\n' init program | cpio -o -H newc --quiet) >"$folder/iso/boot/initrd"
    # Bochs 2.7 says a wrong size of what XSAVES writes, whereupon Linux would leave AVX off: so it is not to use that.
    cat >"$folder/iso/boot/grub/grub.cfg" <<GRUB
set timeout=0
linux /boot/vmlinuz console=ttyS0 quiet mitigations=off panic=-1 tsc=reliable clearcpuid=xsaves,xsavec argument=$argument
initrd /boot/initrd
boot
GRUB
    grub-mkrescue --install-modules="linux normal iso9660 biosdisk" --locales= --fonts= --themes= \
        -o "$folder/image.iso" "$folder/iso" >"$folder/grub.log" 2>&1 || { cat "$folder/grub.log" >&2; return 1; }
    cat >"$folder/bochsrc" <<BOCHS
cpu: model=corei7_skylake_x, count=1, ips=20000000, reset_on_triple_fault=0, ignore_bad_msrs=1
memory: guest=512, host=512
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/vgabios/vgabios.bin
vga: extension=vbe
display_library: term
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path=$folder/image.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=$folder/serial.txt
clock: sync=none
log: $folder/bochs.log
panic: action=fatal
error: action=report
info: action=ignore
debug: action=ignore
BOCHS
    # Debian's Bochs has a debugger, which waits to be told to go on, and a display that wants a terminal, so it gets one that
    # nobody sees. Its own exit code is 1 whatever happens.
    echo c >"$folder/continue"
    TERM=vt100 timeout 1800 script -qec "bochs -q -f '$folder/bochsrc' -rc '$folder/continue'" /dev/null \
        </dev/null >"$folder/display.txt" 2>&1 || true
    [ -s "$folder/serial.txt" ] || { tail -5 "$folder/bochs.log" "$folder/display.txt" >&2; return 1; }
    tr -d '\r' <"$folder/serial.txt" | sed '/^\[ *[0-9.]*\] /d; /^init: /d'
    tr -d '\r' <"$folder/serial.txt" | grep -q '^init: exit code 0$'
}
