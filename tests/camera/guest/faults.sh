# What vivid can do wrong, in the middle of a stream and at its start: each fault has its name,
# and pictures come again without a restart.
modprobe vivid n_devs=1 node_types=0x1 num_inputs=1 input_types=0
await 60 [ -e /dev/video0 ]
vivid() { v4l2-ctl -d /dev/video0 "$@" >/dev/null 2>&1; }

# fault NAME CODE COMMAND...: runs the command in the middle of a trial, expects the named state
# and pictures after it.
fault() {
    name=$1 code=$2
    shift 2
    try_camera fault.json 300
    ok $? "$name: pictures come"
    "$@"
    await 60 has fault.json "\"code\":\"$code\""
    ok $? "$name: $code"
    mend
    await 60 has fault.json '"camera-running"' 2
    ok $? "$name: pictures come again"
    end_trial
}

# harmless NAME: a trial during which nothing may fail.
harmless() {
    try_camera fault.json 300
    runs=$?
    sleep 3
    end_trial
    [ $? -eq 130 ] && [ $runs -eq 0 ] && ! has fault.json '"camera-waiting"'
    ok $? "$1"
}

mend() { :; }
fault 'fatal streaming error' camera.driver vivid -c inject_fatal_streaming_error=1
fault 'error at VIDIOC_QBUF' camera.driver vivid -c inject_vidioc_qbuf_error=1
fault 'disconnected' camera.gone vivid -c disconnect=1
stop_frames() { vivid -c percentage_of_dropped_buffers=100; }
mend() { vivid -c percentage_of_dropped_buffers=0; }
fault 'no more frames' camera.silent stop_frames

unbind() { echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind; }
mend() { echo vivid.0 >/sys/bus/platform/drivers/vivid/bind; }
fault 'driver taken away' camera.gone unbind

# Faults at the start: the trial begins with them.
for control in inject_vidioc_streamon_error inject_vidioc_reqbufs_error; do
    vivid -c $control=1
    try_camera start.json 300
    ok $? "$control: pictures come in the end"
    end_trial
    has start.json '"code":"camera.refused"'
    ok $? "$control: camera.refused"
done

v4l2-ctl -d /dev/video0 --stream-mmap --stream-count=100000 >other.txt 2>&1 &
other=$!
await 60 [ -s other.txt ] # it says something at each picture
"$BUILD/qrconfirm" cameras --json >busy.json 2>/dev/null
has busy.json '"code":"camera.busy"'
ok $? 'another program has it: the list says camera.busy'
"$BUILD/qrconfirm" cameras video0 --json --seconds 300 >busy.json 2>/dev/null &
trial_pid=$!
await 60 has busy.json '"code":"camera.busy"'
ok $? 'another program has it: camera.busy'
kill $other
await 60 has busy.json '"camera-running"'
ok $? 'another program has ended: pictures come'
end_trial

chmod 600 /dev/video0
setpriv --reuid=65534 --regid=65534 --clear-groups \
    "$BUILD/qrconfirm" cameras video0 --json --seconds 300 >denied.json 2>/dev/null &
trial_pid=$!
await 60 has denied.json '"code":"camera.permission"'
ok $? 'no permission: camera.permission'
chmod 666 /dev/video0
await 60 has denied.json '"camera-running"'
ok $? 'permission is given: pictures come'
end_trial

for wrap in wrap_timestamp=1 wrap_timestamp=2 wrap_sequence_number=1; do
    vivid -c $wrap
    harmless "$wrap: pictures go on"
    vivid -c "${wrap%=*}=0"
done
vivid -c percentage_of_dropped_buffers=40
harmless 'four frames of ten dropped: pictures go on'
[ "$(field dropped fault.json)" -gt 0 ]
ok $? "dropped frames are counted: $(field dropped fault.json) of $(field frames fault.json)"
vivid -c percentage_of_dropped_buffers=0
try_camera fault.json 300
vivid -c inject_v4l2_buf_flag_error=1
sleep 2
end_trial
[ "$(field damaged fault.json)" -ge 1 ] && ! has fault.json '"camera-waiting"'
ok $? "a frame marked as damaged is passed by: $(field damaged fault.json)"
modprobe -r vivid
await 60 is_gone /dev/video0
