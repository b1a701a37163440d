# What only isochronous cameras do, as most are: packets are lost, the bus has no room.
LINK='https://example.com/a-code-for-the-camera'
iso=--iso
plug 640x480 10 YUYV,MJPG "$LINK"
ok $? 'plugged in'
try_camera iso.json 300
ok $? 'pictures come'
await 60 has iso.json '"kind":"link"'
ok $? 'the code is read'
tell lose 5
sleep 2
end_trial
[ "$(field dropped iso.json)" -ge 1 ] && ! has iso.json '"camera-waiting"'
ok $? "frames that lost a packet are passed by: $(field dropped iso.json) dropped"
tell crowd
"$BUILD/qrconfirm" cameras video0 --json --seconds 300 >crowd.json 2>crowd.err &
trial_pid=$!
await 60 has crowd.json '"code":"camera.bandwidth"'
ok $? 'no room on the bus: camera.bandwidth'
tell calm
await 60 has crowd.json '"camera-running"'
ok $? 'there is room: pictures come'
end_trial
unplug
iso=
