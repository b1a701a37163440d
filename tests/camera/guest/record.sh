# What is recorded is read again.
LINK='https://example.com/a-code-for-the-camera'
for format in MJPG YUYV NV12; do
    plug 640x480 10 $format "$LINK"
    rm -f recording
    "$BUILD/qrconfirm" record recording --json --seconds 2 >record.json 2>record.err
    ok $? "$format is recorded: $(field frames record.json) frames"
    unplug
    "$BUILD/qrconfirm" decode recording >decoded.txt 2>decoded.err
    ok $? "$format is played again"
    has decoded.txt "$LINK" || has decoded.txt 'link'
    ok $? "$format holds the code"
done
