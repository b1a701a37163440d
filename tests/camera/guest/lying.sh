# Cameras that lie: of the bits of a pixel, and so of rows, buffers and frames; of the size of their
# pictures; and, where the driver drops nothing, of the length of frames. One trial goes through each
# kind, by the same processes: none may be lost, and what is honest is read again afterwards.

# sees FORMAT KIND: plugs a camera in that sees a code of this kind.
sides=640x480
sees() {
    plug $sides 10 "$1" "$(text_of "$2")"
}

text_of() {
    case $1 in
    link) echo 'https://example.com/a-code-for-the-camera' ;;
    wifi) echo 'WIFI:T:WPA;S:guest;P:not-a-secret;;' ;;
    esac
}

# A trial on a camera of this format, until its code is read; the next one is of another kind.
begin_reading() {
    sees "$1" link
    try_camera lying.json 300
    next=wifi
    await 60 has lying.json '"kind":"link"'
    ok $? "$1 is read"
}

# reads COMMAND...: after it the code of the next kind is read.
reads() {
    seen=$(lines lying.json "\"kind\":\"$next\"")
    "$@"
    await 60 has lying.json "\"kind\":\"$next\"" $((seen + 1))
    status=$?
    case $next in
    link) next='wifi' ;;
    wifi) next='link' ;;
    esac
    return $status
}

show_next() {
    tell show "$(text_of $next)"
}

# swap FORMAT [BITS]: in place of the camera another one, that says that a pixel has so many bits.
swap() {
    gone=$(lines lying.json '"code":"camera.gone"')
    unplug
    await 60 has lying.json '"code":"camera.gone"' $((gone + 1))
    lie=${2:+--lie $2}
    sees "$1" $next
    lie=
}

# refuses FORMAT BITS CODE: no picture is taken of such a camera.
refuses() {
    seen=$(lines lying.json "\"code\":\"$3\"")
    running=$(lines lying.json '"camera-running"')
    swap "$1" "$2"
    await 60 has lying.json "\"code\":\"$3\"" $((seen + 1)) &&
        [ "$(lines lying.json '"camera-running"')" -eq "$running" ]
    ok $? "$1 of $sides, as if of $2 bits a pixel: $3"
}

# Neither was a process lost, nor did a sanitizer say anything.
ends_well() {
    end_trial
    [ $? -eq 130 ] && ! [ -s lying.json.err ]
    status=$?
    ok $status "$1: no process was lost"
    [ $status -eq 0 ] || cat lying.json lying.json.err
    unplug
}

# Of these uvcvideo makes rows and buffers, and the camera sends no more and no less.
begin_reading YUYV
refuses M420 1 camera.format
refuses M420 8 camera.format # enough for luma
refuses NV12 8 camera.format
refuses YUYV 1 camera.format
refuses GREY 7 camera.format
refuses M420 0 camera.refused
refuses MJPG 0 camera.refused
sides=641x481
refuses M420 12 camera.format # the truth, but nobody converts odd sides
sides=640x480
for much in YUYV:32 NV12:24 M420:255; do
    reads swap ${much%:*} ${much#*:}
    ok $? "${much%:*}, as if of ${much#*:} bits a pixel: the code is read"
done
reads swap M420
ok $? 'after all of these an honest camera is read'
ends_well 'bits of a pixel'

# The driver hands JPEGs on as they are.
begin_reading MJPG
for size in 1280x960 320x240 640x480; do
    tell size $size
    reads show_next
    ok $? "JPEGs of $size, unannounced: the code is read"
done
for size in 65535x65535 4097x16 4096x4096 1280x960 16x16 1x1; do
    tell claim $size
    sleep 0.5
done
tell size 640x480
reads show_next
ok $? 'after headers that lie: the code is read'
for claim in 5000x5000:camera.format 65535x65535:camera.damaged; do # the latter is no JPEG
    seen=$(lines lying.json "\"code\":\"${claim#*:}\"")
    tell claim ${claim%:*}
    await 60 has lying.json "\"code\":\"${claim#*:}\"" $((seen + 1))
    ok $? "nothing but JPEGs that say ${claim%:*}: ${claim#*:}"
done
tell size 640x480
reads show_next
ok $? 'JPEGs of the right size: the code is read'
tell cut 10
sleep 1
tell cut 0
reads show_next
ok $? 'after headers that lie, and JPEGs that end early, the code is read'
ends_well 'sizes of JPEGs'
[ "$(field damaged lying.json)" -gt 5 ]
ok $? "what gave no picture, or half of one, is counted: $(field damaged lying.json)"

# It drops other frames that are too short or too long.
begin_reading YUYV
for size in 320x240 1280x960; do
    seen=$(lines lying.json '"code":"camera.silent"')
    tell size $size
    await 60 has lying.json '"code":"camera.silent"' $((seen + 1))
    ok $? "frames of $size, unannounced: camera.silent"
    tell size 640x480
    reads show_next
    ok $? 'frames of the right size: the code is read'
done
ends_well 'sizes of frames'

# Unless it is told to drop nothing: then it hands on what came of them.
nodrop=/sys/module/uvcvideo/parameters/nodrop
echo 1 >$nodrop
for format in M420 YUYV; do
    begin_reading $format
    tell cut 1000
    await 60 has lying.json '"code":"camera.damaged"'
    ok $? "$format, half frames: camera.damaged"
    tell cut 0
    reads show_next
    ok $? "$format, whole frames: the code is read"
    tell size 1280x960
    sleep 1
    tell size 640x480
    reads show_next
    ok $? "$format, after frames that are too long: the code is read"
    ends_well "$format, length of frames"
done
echo 0 >$nodrop
