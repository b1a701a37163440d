# Through libcamera's own shim, as `libcamerify qrconfirm` would run: the frames come from
# libcamera, which has the camera, and plain ioctls must reach the shim.
LINK='https://example.com/a-code-for-the-camera'
shim=$(find /usr/lib -name v4l2-compat.so | head -n 1)
if [ -z "$shim" ]; then
    note "libcamera-v4l2 is not installed: nothing is tried"
    return 0
fi
plug 640x480 10 YUYV "$LINK"

# libcamera finds only devices that udev has seen, and names a USB camera by the firmware's name
# for its host controller. Neither is there: notes for the one, and for the other a folder laid
# over the virtual controller's, with the buses themselves back in it.
mkdir -p /run/udev/data firmware/firmware_node sys
for node in /sys/class/video4linux/* /sys/bus/media/devices/*; do
    echo 'I:1' >"/run/udev/data/c$(cat "$node/dev")"
done
echo '\_SB_.VHCI' >firmware/firmware_node/path
host=/sys/devices/platform/vhci_hcd.0
mount -t sysfs none sys
mount -t overlay -o "lowerdir=$PWD/firmware:$host" none $host
for bus in usb1 usb2; do
    mount --bind sys/devices/platform/vhci_hcd.0/$bus $host/$bus
done

preload=$shim
LD_PRELOAD=$shim "$BUILD/qrconfirm" cameras --json >shim.json 2>shim.err
grep -q '"driver":"libcamera","usable":true,"chosen":true' shim.json
ok $? "$(basename "$shim"): the camera is libcamera's"
try_camera shim.json 300 && await 60 has shim.json '"kind":"link"'
ok $? 'the code is read'
sleep 3
! has shim.json '"camera-waiting"'
ok $? 'nothing had to be opened again'
tell freeze
await 60 has shim.json '"code":"camera.silent"'
ok $? 'frozen: camera.silent'
tell thaw
await 60 has shim.json '"camera-running"' 2
ok $? 'thawed: pictures come again'
end_trial
note "$(tail -n 1 shim.json)"
[ "$(field id shim.json)" = libcamera:0 ] || cat shim.json shim.json.err
preload=
unplug
umount $host/usb1 $host/usb2 $host sys
