# Aiming at a page without a code, 1280x720, 30 frames a second: what it costs. Only with
# RIG_ICOUNT=1 (a nanosecond of processor time is an instruction) or RIG_KVM=1 does the machine
# keep up, and do the figures mean anything. Without a window: drawn by software, its preview
# alone would take all of such a machine. scripts/bench idle measures the window.
"$BUILD/camsim" --module 8 --shake 2 --size 1280x720 --noise "${RIG_NOISE:-2}" --blur 0.8 --frames 16 --out page.y4m
for format in YUYV NV12 MJPG; do
    plug 1280x720 30 $format film:page.y4m
    try_camera idle.json "$RIG_SOAK"
    wait $trial_pid
    ok $? "$format"
    note "$(tail -n 1 idle.json)"
    unplug
done
