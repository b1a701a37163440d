# Aiming at nothing, 1280x720, 30 frames a second: what it costs. Only with KVM do the figures say
# something about a real machine.
plug 1280x720 30 YUYV ''
try_camera idle.json "${RIG_SOAK:-20}"
wait $trial_pid
ok $? 'it runs to the end'
note "$(tail -n 1 idle.json)"
unplug
