//go:build linux

package loyaltystore_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkDisk is the raw commit rate of the disk: overwrite the next 4 KiB of a
// file that has its size already, as a write-ahead log does, and fdatasync it. No
// store that is durable can do better with one commit per sync.
func BenchmarkDisk(b *testing.B) {
	const size, page = 64 << 20, 4096
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	require.NoError(b, err)
	defer f.Close()
	_, err = f.Write(make([]byte, size))
	require.NoError(b, err)
	require.NoError(b, f.Sync())
	buffer, at := make([]byte, page), int64(0)
	for b.Loop() {
		if _, err := f.WriteAt(buffer, at); err != nil {
			b.Fatal(err)
		}
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			b.Fatal(err)
		}
		at = (at + page) % size
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "syncs/s")
}
