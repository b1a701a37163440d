# The same camera for a longer time: RIG_SOAK seconds. The code changes now and then, so that
# nothing is remembered, and a frame in a hundred or so is damaged.
LINK='https://example.com/a-code-for-the-camera'
plug 640x480 15 YUYV "$LINK"
try_camera soak.json "$RIG_SOAK"
ok $? 'pictures come'

sample() {
    resident=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$trial_pid/status")
    descriptors=$(ls "/proc/$trial_pid/fd" | wc -l)
    note "after $(($(uptime_ms) / 1000 - began)) s: $resident KiB, $descriptors descriptors"
}

began=$(($(uptime_ms) / 1000))
step=$((RIG_SOAK / 12 + 1))
sleep $((RIG_SOAK > 30 ? 10 : 2))
sample
early=$resident early_descriptors=$descriptors
round=0
while [ $(($(uptime_ms) / 1000 - began + step + 4)) -lt "$RIG_SOAK" ]; do
    sleep "$step"
    round=$((round + 1))
    tell show "$LINK/$round"
    tell spoil 2
    tell cut 1
    sample
done
wait $trial_pid
ok $? 'it runs to the end'
! has soak.json '"camera-waiting"'
ok $? 'nothing had to be opened again'
[ "$descriptors" -eq "$early_descriptors" ]
ok $? "no descriptor is lost: $early_descriptors, then $descriptors"
# zbar loses about 150 bytes with every code it reads; a frame's row a frame would be more.
decoded=$(field with_codes soak.json)
[ $((resident - early)) -lt $((2048 + decoded * 200 / 1024)) ]
ok $? "memory stays: $early KiB, then $resident KiB, after $decoded frames with a code"
note "$(tail -n 1 soak.json)"
unplug
