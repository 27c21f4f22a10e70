//go:build linux

package local

import (
	"context"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// boundTo is the option SO_BINDTOIFINDEX, which reads back the device of a socket.
const boundTo = 62

func TestPrismIsOnLoopbackOnlyAndStops(t *testing.T) {
	before, err := listeners()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	prism, err := Start(ctx)
	require.NoError(t, err)
	_, err = Start(ctx)
	require.Error(t, err, "one at a time")

	open, err := listeners()
	require.NoError(t, err)
	require.Len(t, open, len(before)+1)
	name, err := loopback()
	require.NoError(t, err)
	device, err := net.InterfaceByName(name)
	require.NoError(t, err)
	index, err := syscall.GetsockoptInt(open[prism.port], syscall.SOL_SOCKET, boundTo)
	require.NoError(t, err)
	require.Equal(t, device.Index, index, "not bound to the loopback device")
	conn, err := net.Dial("tcp", prism.Endpoint())
	require.NoError(t, err, "reachable from this machine")
	require.NoError(t, conn.Close())

	require.NoError(t, prism.Close())
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", prism.Endpoint())
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	}, 5*time.Second, 10*time.Millisecond, "still listening")
}
