# What USB cameras do: stumble, freeze, show another code, are pulled out and put back.
LINK='https://example.com/a-code-for-the-camera'
WIFI='WIFI:T:WPA;S:guest;P:not-a-secret;;'

plug 640x480 10 MJPG "$LINK"
ok $? 'plugged in'
"$BUILD/qrconfirm" cameras --json >list.json 2>/dev/null
has list.json '"code":"camera.metadata"' && has list.json '"chosen":true'
ok $? 'the list tells the camera from its metadata node'

try_camera usb.json 300
ok $? 'pictures come'
await 60 has usb.json '"kind":"link"'
ok $? 'the code is read'
tell show "$WIFI"
await 60 has usb.json '"kind":"wifi"'
ok $? 'another code is read live'
tell garble 10
sleep 1.5
tell cut 3
sleep 0.5
tell spoil 3
sleep 0.5
tell show "$LINK"
await 60 has usb.json '"kind":"link"' 2
ok $? 'after noise, short frames and error bits, codes are read'
! has usb.json '"camera-waiting"'
ok $? 'and nothing had to be opened again'
tell garble 60
await 60 has usb.json '"code":"camera.damaged"'
ok $? 'nothing but noise: camera.damaged'
await 60 has usb.json '"camera-running"' 2
ok $? 'the noise is over: pictures come again'
tell freeze
await 60 has usb.json '"code":"camera.silent"'
ok $? 'frozen: camera.silent'
tell thaw
await 60 has usb.json '"camera-running"' 3
ok $? 'thawed: pictures come again'
end_trial
[ "$(field damaged usb.json)" -gt 0 ]
ok $? "damaged frames are counted: $(field damaged usb.json)"
unplug

# Ten times out and in while streaming.
wait_without_camera() {
    before_ms=$(spent_ms $trial_pid)
    sleep 4
    waiting_ms=$((($(spent_ms $trial_pid) - before_ms) / 4))
}
plug 640x480 10 YUYV "$LINK"
try_camera replug.json 600
ok $? 'pictures come'
await 60 has replug.json '"kind":"link"'
slowest=0
for round in 1 2 3 4 5 6 7 8 9 10; do
    unplug
    await 60 has replug.json '"code":"camera.gone"' $round || break
    [ $round -eq 1 ] && wait_without_camera
    plug 640x480 10 YUYV "$LINK" || break
    back=$(uptime_ms)
    await 60 has replug.json '"camera-running"' $((round + 1)) || break
    took=$(($(uptime_ms) - back))
    [ $took -le $slowest ] || slowest=$took
done
has replug.json '"camera-running"' 11
ok $? "ten times out and in: scanning again within $slowest ms at most"
[ "$waiting_ms" -lt 200 ]
ok $? "waiting for a camera is no busy loop: $waiting_ms ms of processor time a second"
end_trial
[ $? -eq 130 ]
ok $? 'told to end, it ends, and did not crash'
running() { grep '"camera-running"' replug.json | sed -n "$1s/.*\"$2\":\([0-9]*\).*/\1/p"; }
[ "$(running 3 descriptors)" -eq "$(running 11 descriptors)" ]
ok $? "no descriptor is lost: $(running 3 descriptors), then $(running 11 descriptors)"
note "memory, KiB: $(grep '"camera-running"' replug.json | sed 's/.*"resident_kib":\([0-9]*\).*/\1/' | tr '\n' ' ')"
# The allocator's arenas settle in a step or two; one frame lost a round would be more than this.
[ $(($(running 11 resident_kib) - $(running 3 resident_kib))) -lt 4096 ]
ok $? "no memory is lost: $(running 3 resident_kib) KiB, then $(running 11 resident_kib) KiB"
note "$(tail -n 1 replug.json)"
unplug

! "$BUILD/qrconfirm" record none --json --seconds 1 >none.json 2>&1 && has none.json camera.none
ok $? 'no camera: camera.none'
! "$BUILD/qrconfirm" cameras nonesuch --json --seconds 1 >none.json 2>&1 && has none.json camera.unknown
ok $? 'no such camera: camera.unknown'
