# A device is paired, and a browser signed in, through a live camera, against a real portal.
plug 640x480 10 YUYV ''
/usr/bin/python3 "$here/signin.py" "$BUILD" camera sh -c 'echo "show $0" >usbcam' 2>signin.err | tee signin.out
[ "$(lines signin.out '^signed in')" -eq 1 ]
status=$?
ok $status 'a browser is signed in through a live V4L2 camera'
[ $status -eq 0 ] || cat signin.err
unplug
