# The same camera for a longer time: RIG_SOAK seconds, or half a minute.
plug 640x480 15 YUYV 'https://example.com/a-code-for-the-camera'
try_camera soak.json "${RIG_SOAK:-20}"
ok $? 'pictures come'
wait $trial_pid
ok $? 'it runs to the end'
! has soak.json '"camera-waiting"'
ok $? 'nothing had to be opened again'
before=$(grep -m 1 '"camera-running"' soak.json | sed -n 's/.*"resident_kib":\([0-9]*\).*/\1/p')
after=$(field resident_kib soak.json)
[ $((after - before)) -lt 4096 ]
ok $? "memory stays: $before KiB, then $after KiB"
note "$(tail -n 1 soak.json)"
unplug
