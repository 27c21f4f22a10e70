package loyaltytest_test

import (
	"bytes"
	"io"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/loyalty"
	"github.com/rapport-go/rapport/loyalty/loyaltytest"
)

// file is a disk: what was synced survives a crash, of the rest a part does.
type file struct {
	mu     sync.Mutex
	data   []byte
	synced int
}

func (f *file) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.data = append(f.data, p...)
	return len(p), nil
}

func (f *file) Sync() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.synced = len(f.data)
	return nil
}

func (f *file) Truncate(size int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.data = f.data[:size]
	f.synced = min(f.synced, len(f.data))
	return nil
}

func (f *file) crash() *file {
	f.mu.Lock()
	defer f.mu.Unlock()
	return &file{data: append(bytes.Clone(f.data[:f.synced]), `0badc0de {"tenant":"half a li`...)}
}

func (f *file) reader() io.Reader {
	f.mu.Lock()
	defer f.mu.Unlock()
	return bytes.NewReader(bytes.Clone(f.data))
}

// files remembers which file a store writes to.
type files struct {
	mu sync.Mutex
	of map[loyalty.Store]*file
}

func (fs *files) open(tb testing.TB, f *file) loyalty.Store {
	tb.Helper()
	m, _, err := loyalty.OpenJournal(f.reader(), f)
	require.NoError(tb, err)
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.of[m] = f
	return m
}

func (fs *files) file(s loyalty.Store) *file {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	return fs.of[s]
}

func journalHarness() loyaltytest.Harness {
	fs := &files{of: map[loyalty.Store]*file{}}
	return loyaltytest.Harness{
		New:    func(tb testing.TB) loyalty.Store { return fs.open(tb, &file{}) },
		Reopen: func(tb testing.TB, s loyalty.Store) loyalty.Store { return fs.open(tb, fs.file(s)) },
		Crash:  func(tb testing.TB, s loyalty.Store) loyalty.Store { return fs.open(tb, fs.file(s).crash()) },
	}
}

func memHarness() loyaltytest.Harness {
	return loyaltytest.Harness{New: func(testing.TB) loyalty.Store { return new(loyalty.MemStore) }}
}
