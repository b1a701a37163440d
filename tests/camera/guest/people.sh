# Two people with badges at one kiosk, on a display without any desktop (KMS), by touch and through a live
# camera; a wrong badge, another's PIN, a full kiosk and a lost badge.
modprobe -a virtio-gpu evdev uinput
if ! [ -e /dev/dri/card0 ]; then
    note "this machine has no display: nothing is tried"
    return 0
fi
/usr/bin/python3 "$here/people.py" "$BUILD" "$here/../../../build/camera-rig/pictures" 2>people.err | tee people.out
has people.out '^the kiosk has served its people'
status=$?
ok $status 'each signs in as himself by badge, PIN and touch, and whoever may not is told so'
[ $status -eq 0 ] || cat people.err
