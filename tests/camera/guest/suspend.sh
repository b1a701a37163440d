# The whole machine sleeps for five seconds while pictures come, by the kernel's own test of
# suspend, which does all but cut the power. The host's root does not live through it (virtio's
# 9p knows no suspend), so what is needed is copied into memory, and nothing can run after this.
modprobe vivid n_devs=1 node_types=0x1 num_inputs=1 input_types=0
await 60 [ -e /dev/video0 ]
mkdir -p ark/bin ark/dev ark/proc ark/sys ark/run
cp /bin/busybox ark/bin/
ldd "$BUILD/qrconfirm" | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "ark$(dirname "$library")"
    cp -L "$library" "ark$library"
done
cp "$BUILD/qrconfirm" ark/bin/
cp "$here/lib.sh" "$here/asleep.sh" ark/
mount --rbind /dev ark/dev
mount -t proc none ark/proc
mount -t sysfs none ark/sys
cd ark || exit
exec env -i PATH=/bin HOME=/run count=$count failed=$failed \
    busybox chroot . /bin/busybox sh /asleep.sh
