# PipeWire in the machine: a private daemon, with or without WirePlumber beside it, and cameras of
# libcamera that show what they are told. For scenarios, and for programs that change the picture;
# the files pipewire.pid and wireplumber.pid in the current folder say what runs.

export PIPEWIRE_RUNTIME_DIR="$PWD" XDG_STATE_HOME="$PWD/state" XDG_CONFIG_HOME="$PWD/config" XDG_DATA_HOME="$PWD/data"
export LIBCAMERA_LOG_NO_COLOR=1

# end NAME: of what runs, at once. A daemon may be past listening to less.
end() {
    [ -e "$1.pid" ] || return 0
    read -r pid <"$1.pid"
    rm "$1.pid"
    kill -9 "$pid" 2>/dev/null
    await 60 is_gone "/proc/$pid/exe"
}

# launch NAME COMMAND...: it outlives the program that starts it.
launch() {
    name=$1
    shift
    "$@" >>"$name.log" 2>&1 </dev/null &
    echo $! >"$name.pid"
}

end_pipewire() {
    end wireplumber
    end pipewire
    rm -f pipewire-0*
}

# node NAME FACTORY PROPERTIES: one camera for the daemon's configuration.
node() {
    echo "{ factory = spa-node-factory args = { node.name = $1 factory.name = $2 media.class = Video/Source media.role = Camera $3 } }"
}

libcamera_nodes() {
    node rig-back api.libcamera.source 'node.description = "Rig back camera" api.libcamera.path = Virtual0 api.libcamera.location = back api.libcamera.rotation = 90'
    node rig-front api.libcamera.source 'node.description = "Rig front camera" api.libcamera.path = Virtual1 api.libcamera.location = front'
}

has_node() {
    pw-cli ls Node 2>/dev/null | grep -q "node.name = \"$1"
}

# start_alone NAME NODES: a daemon with these cameras and no session manager; waits for NAME.
start_alone() {
    { cat "$here/pipewire/daemon.conf" && echo "context.objects = [ $2 ]"; } >daemon.conf
    launch pipewire pipewire -c "$PWD/daemon.conf"
    await 60 has_node "$1"
}

# start_managed NAME: a daemon as desktops have it, whose cameras WirePlumber makes.
start_managed() {
    mkdir -p data/wireplumber/scripts/lib config/wireplumber/wireplumber.conf.d
    # WirePlumber 0.5.8 stumbles over a camera without a device number.
    sed 's/^function mutils.register_cam_node.*/&\n  properties["device.devids"] = properties["device.devids"] or "[ ]"/' \
        /usr/share/wireplumber/scripts/lib/monitor-utils.lua >data/wireplumber/scripts/lib/monitor-utils.lua
    cp "$here/pipewire/wireplumber.conf" config/wireplumber/wireplumber.conf.d/
    launch pipewire pipewire
    await 60 [ -S pipewire-0 ] || return 1
    launch wireplumber wireplumber -p video-only
    await 60 has_node "$1"
}

# draw TEXT: what the back camera shows. Pictures are read when a camera is made.
draw() {
    mkdir -p frames /usr/share/libcamera/pipeline/virtual
    sed "s,FRAMES,$PWD/frames," "$here/pipewire/virtual.yaml" >/usr/share/libcamera/pipeline/virtual/virtual.yaml
    "$BUILD/camsim" --code "$1" --size 640x480 --module "${2:-6}" --no-text --chroma 420 --out frames/0.jpg
}

# restart_libcamera: the daemon anew, and so its pictures; under WirePlumber where MANAGED is 1.
restart_libcamera() {
    end_pipewire
    if [ "${MANAGED:-0}" = 1 ]; then
        start_managed libcamera_input.Virtual0
    else
        start_alone rig-back "$(libcamera_nodes)"
    fi
}

# scan FILE SOURCE: in the background, until it is told to end.
scan() {
    rm -f "$1"
    "$BUILD/qrconfirm" scan --json --loop --source "$2" >"$1" 2>"$1.err" &
    trial_pid=$!
}
