# Every pixel format that USB cameras have, one camera each: what came, what was read, its cost.
LINK='https://example.com/a-code-for-the-camera'

# trial LABEL EXPECTED-FORMAT: until the code is read, and a moment more.
trial() {
    try_camera format.json 300 && await 60 has format.json '"kind":"link"'
    status=$?
    sleep 0.5
    end_trial
    [ $status -eq 0 ] && [ "$(field format format.json)" = "$2" ]
    status=$?
    ok $status "$1 is read"
    [ $status -eq 0 ] || { cat format.json format.json.err; return; }
    printf '# %-22s %7s %8s %8s %8s %10s\n' "$1" "$(field frames format.json)" \
        "$(field dropped format.json)" "$(field skipped format.json)" \
        "$(field with_codes format.json)" "$(($(field processor_us_a_frame format.json) / 1000)) ms"
}

# Any library of such a name makes the program leave libv4l2 out.
cp /lib/x86_64-linux-gnu/libdl.so.2 v4l2-shim.so

printf '# %-22s %7s %8s %8s %8s %10s\n' 'format, 640x480' frames dropped skipped decoded 'a frame'
for format in GREY NV12 YU12 YV12 YUYV UYVY Y10 Y12 Y16 MJPG BA81 GBRG GRBG RGGB RGBP \
    BGR3 BGR4 RW10 BG16 GB16 RG16 GR16 M420; do
    plug 640x480 10 $format "$LINK" || { ok 1 "$format: plugged in"; continue; }
    case $format in
    Y1?) expected="$format " ;;
    BGR4) expected=XR24 ;; # V4L2's own names
    RW10) expected=pRAA ;;
    BG16) expected=BYR2 ;;
    *) expected=$format ;;
    esac
    trial $format "$expected"
    case $format in
    YUYV | M420)
        # The same as under a preloaded shim: plain ioctls.
        preload=$PWD/v4l2-shim.so
        trial "$format, direct" "$format"
        preload=
        ;;
    esac
    unplug
    case $format in
    YUYV | MJPG)
        iso=--iso
        plug 640x480 10 $format "$LINK"
        trial "$format, isochronous" "$format"
        unplug
        iso=
        ;;
    esac
done

# Several planes, each in a buffer of its own, as phones' image processors give them.
modprobe vivid n_devs=1 node_types=0x1 num_inputs=1 input_types=0 multiplanar=2
await 60 [ -e /dev/video0 ]
try_camera format.json 300
ok $? 'a multiplanar device gives pictures'
sleep 2
end_trial
format=$(field format format.json)
[ "$(field decoded format.json)" -gt 5 ] && [ "$(field damaged format.json)" -eq 0 ]
ok $? "and they hold luma: $format"
modprobe -r vivid
await 60 is_gone /dev/video0
