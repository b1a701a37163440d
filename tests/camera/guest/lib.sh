# What the scenarios share: counting, waiting for something to be true, and the simulated camera.
# BUILD is the build folder; everything is written to the current folder.

count=0
failed=0
preload= # library that trials are started with

# ok STATUS NAME: one line of the Test Anything Protocol.
ok() {
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        failed=$((failed + 1))
    fi
}

note() {
    echo "# $*"
}

uptime_ms() {
    read -r seconds _ </proc/uptime
    echo "$((${seconds%.*} * 1000 + 1${seconds#*.} * 10 - 1000))"
}

# await SECONDS COMMAND...: until the command succeeds; fails when the time is over. The time bounds
# a failure and promises nothing: a machine without KVM, on a busy one, is slow.
await() {
    end=$(($(uptime_ms) + $1 * 1000))
    shift
    until "$@"; do
        [ "$(uptime_ms)" -lt "$end" ] || return 1
        sleep 0.05
    done
}

# lines FILE PATTERN: how many there are.
lines() {
    grep -c -e "$2" "$1" 2>/dev/null || true
}

# has FILE PATTERN [COUNT]: at least so many lines.
has() {
    [ "$(lines "$1" "$2")" -ge "${3:-1}" ]
}

is_gone() {
    ! [ -e "$1" ]
}

# field NAME FILE: the value in the last line of a trial.
field() {
    tail -n 1 "$2" | sed -n "s/.*\"$1\":\"\\{0,1\\}\\([^\",}]*\\).*/\\1/p"
}

# spent_ms PID: its processor time so far.
spent_ms() {
    # After the name: state, ..., and as 12th and 13th user and system time in hundredths.
    read -r _ rest <"/proc/$1/stat"
    # shellcheck disable=SC2086
    set -- ${rest#*) }
    echo $((10 * (${12} + ${13})))
}

# plug SIZE FPS FORMATS TEXT: plugs a USB camera in; its commands go to the file `usbcam`.
# With iso=--iso it streams isochronously; with lie='--lie BITS' it says that a pixel has so many.
iso=
lie=
plug() {
    rm -f usbcam
    "$BUILD/tests/usbcam" $iso $lie "$1" "$2" "$3" "$4" usbcam 2>>usbcam.log &
    camera_pid=$!
    await 60 [ -e /dev/video0 ] && await 60 [ -p usbcam ]
}

unplug() {
    tell unplug
    wait "$camera_pid" 2>/dev/null
    await 60 is_gone /dev/video0
}

# tell COMMAND: to the simulated camera, if it is there.
tell() {
    kill -0 "$camera_pid" 2>/dev/null && echo "$*" >usbcam
}

# begin_trial FILE SECONDS [ID]: runs a trial in the background. The seconds count from its start: a
# trial that end_trial ends is given many.
begin_trial() {
    LD_PRELOAD=$preload "$BUILD/qrconfirm" cameras "${3:-video0}" --json --seconds "$2" >"$1" 2>"$1.err" &
    trial_pid=$!
}

# try_camera FILE SECONDS [ID]: the same, and waits for its first picture.
try_camera() {
    begin_trial "$@"
    await 60 has "$1" '"camera-running"'
}

# Ends a trial before its time; its last line is written then.
end_trial() {
    kill -TERM "$trial_pid" 2>/dev/null
    wait "$trial_pid"
}
