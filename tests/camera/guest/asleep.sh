# The second half of suspend.sh, in a root of its own in memory.
/bin/busybox --install -s /bin
before=$count before_failed=$failed
. /lib.sh
count=$before failed=$before_failed BUILD=/bin
cd /run || exit
try_camera asleep.json 300
ok $? 'pictures come'
echo core >/sys/power/pm_test
echo mem >/sys/power/state
# shellcheck disable=SC2320 # what the kernel answered to the write
ok $? 'the machine sleeps and wakes'
await 60 has asleep.json '"code":"camera.asleep"'
ok $? 'slept: camera.asleep'
await 60 has asleep.json '"camera-running"' 2
ok $? 'pictures come again'
end_trial
[ $failed -eq 0 ] || cat asleep.json asleep.json.err
note "$(tail -n 1 asleep.json)"
echo "1..$count"
[ $failed -eq 0 ]
