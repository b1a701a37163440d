# Aiming at a page without a code, 1280x720, 30 frames a second: what it costs. Only with
# RIG_ICOUNT=1 (a nanosecond of processor time is an instruction) or RIG_KVM=1 does the machine
# keep up, and do the figures mean anything.
"$BUILD/camsim" --module 8 --shake 2 --size 1280x720 --noise "${RIG_NOISE:-2}" --blur 0.8 --frames 16 --out page.y4m
for format in YUYV NV12 MJPG; do
    plug 1280x720 30 $format film:page.y4m
    try_camera idle.json "$RIG_SOAK"
    wait $trial_pid
    ok $? "$format, without a window"
    note "$(tail -n 1 idle.json)"
    python3 "$here/../../bench/idle.py" "$BUILD" "$RIG_SOAK" camera:video0 >idle.json
    ok $? "$format, with a window"
    note "$(cat idle.json)"
    unplug
done
