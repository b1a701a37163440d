# Cameras of libcamera's virtual pipeline in PipeWire: real nodes of libcamera, read by the real
# program, alone and under WirePlumber. There is no pacing: nothing is said about times. Needs
# RIG_SUITE=trixie: older kernels have no memory that libcamera could share, and older libcameras
# no such pipeline.
. "$here/pipewire/lib.sh"
LINK='https://example.com/a-code-for-the-camera'

[ -e /dev/udmabuf ] || [ -e /dev/dma_heap/system ]
ok $? 'the kernel has memory that a camera can share'

# listed NAME FACING PATTERN: one line of the list, by way of PipeWire.
listed() {
    grep "\"id\":\"$1\"" list.json >line.json && has line.json '"driver":"pipewire"' &&
        has line.json "\"facing\":\"$2\"" && has line.json "$3" && [ "$(lines line.json .)" -eq 1 ]
}

for MANAGED in 0 1; do
    export MANAGED
    if [ $MANAGED -eq 0 ]; then
        how='PipeWire alone' back=rig-back front=rig-front source=pipewire:back
    else
        how=WirePlumber back=libcamera_input.Virtual0 front=libcamera_input.Virtual1 source=camera
    fi
    draw "$LINK" 7 && restart_libcamera && await 60 has_node "$front"
    ok $? "$how has the cameras of libcamera"
    "$BUILD/qrconfirm" cameras --json >list.json 2>list.err
    listed $back back '"chosen":true' && has line.json '"rotation":270' && listed $front front '"chosen":false'
    status=$?
    ok $status "$how: both are listed, the back one is taken, and how it is mounted"
    [ $status -eq 0 ] || cat list.json list.err

    scan code.json $source
    await 60 has code.json '"event":"code","kind":"link"'
    ok $? "$how: the code is read"
    end_pipewire
    await 60 has code.json 'PipeWire does not run'
    ok $? "$how: its end is seen"
    restart_libcamera
    before=$(lines code.json '"event":"code"')
    await 60 has code.json '"event":"code"' $((before + 1))
    ok $? "$how: it is back, and read again"
    end_trial

    # PipeWire 1.4.2 can miss a camera's first frames where they come at once, and then waits for
    # them for ever: a program that says that the camera is silent is started again.
    rm -rf portal data/qrconfirm config/qrconfirm state/qrconfirm
    TRIES=5 /usr/bin/python3 "$here/signin.py" "$BUILD" $source "$here/pipewire/show" "$BUILD" 2>signin.err | tee signin.out
    [ "$(lines signin.out '^signed in')" -eq 1 ]
    status=$?
    ok $status "$how: a browser is signed in through a camera of libcamera"
    [ $status -eq 0 ] || tail -n 20 signin.err pipewire.log
done
end_pipewire
