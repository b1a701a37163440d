# The kiosk's units as systemd runs them (RIG_INIT=systemd): begun by the boot and by hand, killed,
# hung and stopped.
modprobe -a virtio-gpu evdev uinput
if ! [ -d /run/systemd/system ] || ! [ -e /dev/dri/card0 ]; then
    note "systemd is not what booted, or this machine has no display: nothing is tried"
    return 0
fi
forms='wayland kms x11' # the first is enabled (booted/prepare)
# shellcheck disable=SC2086
/usr/bin/python3 "$here/units.py" "$BUILD" "$here/../../../build/camera-rig/pictures" $forms 2>units.err | tee units.out
has units.out "^the portal's unit works"
ok $? "the portal's unit is begun, asked and stopped"
for form in $forms; do
    has units.out "^the unit $form works"
    ok $? "a kiosk's unit is begun, used, begun again and stopped: $form"
done
has units.out '^the unit x11 works' || cat units.err
