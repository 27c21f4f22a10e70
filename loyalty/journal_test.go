package loyalty_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/loyalty"
)

// disk is a JournalFile in memory that can fail.
type disk struct {
	mu     sync.Mutex
	data   []byte
	syncs  int
	broken error
}

func (d *disk) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken != nil {
		d.data = append(d.data, p[:len(p)/2]...)
		return len(p) / 2, d.broken
	}
	d.data = append(d.data, p...)
	return len(p), nil
}

func (d *disk) Sync() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.syncs++
	return d.broken
}

// cuttable is a disk that can be truncated.
type cuttable struct{ *disk }

func (c cuttable) Truncate(size int64) error {
	c.data = c.data[:size]
	return nil
}

func open(t *testing.T, d *disk) (*loyalty.MemStore, loyalty.JournalReport) {
	t.Helper()
	m, report, err := loyalty.OpenJournal(bytes.NewReader(bytes.Clone(d.data)), cuttable{d})
	require.NoError(t, err)
	return m, report
}

func journalled(id string, version int64) loyalty.Commit {
	return loyalty.Commit{
		Key: loyalty.Key{Tenant: "t\"\\\n", ID: fmt.Sprintf("%s %d \u2028é", id, version)}, Hash: loyalty.Hash{byte(version)}, Receipt: []byte{0, 255, byte(version)},
		Writes: []loyalty.Write{{
			Account: loyalty.AccountID{Tenant: "t\"\\\n", ID: id}, Due: loyalty.Instant(version * 10),
			Entry: loyalty.Entry{Version: version, At: -5, Recorded: 7, Sum: loyalty.Sum{1}, Body: []byte("body\n\"" + id)},
		}},
	}
}

func entriesOf(t *testing.T, s loyalty.Store, id loyalty.AccountID) (entries []loyalty.Entry) {
	t.Helper()
	h, err := s.Load(t.Context(), id, loyalty.Range{Full: true})
	require.NoError(t, err)
	for e, err := range h.Entries {
		require.NoError(t, err)
		entries = append(entries, e)
	}
	return entries
}

// A journal that is cut at any byte opens with every whole line and goes on.
func TestJournalCutAnywhere(t *testing.T) {
	t.Parallel()
	d := &disk{}
	m, _ := open(t, d)
	ends := []int{0}
	for v := range int64(4) {
		_, err := m.Append(t.Context(), journalled("a", v+1))
		require.NoError(t, err)
		ends = append(ends, len(d.data))
	}
	require.Equal(t, 4, strings.Count(string(d.data), "\n"), "one line for each commit")
	id := journalled("a", 1).Writes[0].Account
	for cut := range len(d.data) + 1 {
		whole := 0
		for whole+1 < len(ends) && ends[whole+1] <= cut {
			whole++
		}
		c := &disk{data: bytes.Clone(d.data[:cut])}
		m, report := open(t, c)
		require.Equal(t, loyalty.JournalReport{Commits: whole, Bytes: int64(ends[whole]), Torn: int64(cut - ends[whole])}, report)
		require.Len(t, entriesOf(t, m, id), whole)
		_, err := m.Append(t.Context(), journalled("a", int64(whole+1)))
		require.NoError(t, err)
		require.Equal(t, d.data[:ends[min(whole+1, 4)]], c.data[:ends[min(whole+1, 4)]], "the same bytes again")
		m, _ = open(t, c)
		require.Len(t, entriesOf(t, m, id), whole+1)
		_, err = m.Append(t.Context(), journalled("a", 1))
		if whole >= 0 {
			require.ErrorIs(t, err, loyalty.ErrDuplicate)
		}
	}
}

func TestJournalDamage(t *testing.T) {
	t.Parallel()
	d := &disk{}
	m, _ := open(t, d)
	for v := range int64(3) {
		_, err := m.Append(t.Context(), journalled("a", v+1))
		require.NoError(t, err)
	}
	line := bytes.IndexByte(d.data, '\n') + 1
	damaged := bytes.Clone(d.data)
	damaged[line+30] ^= 1
	_, _, err := loyalty.OpenJournal(bytes.NewReader(damaged), cuttable{&disk{}})
	require.ErrorIs(t, err, loyalty.ErrJournalCorrupt)
	require.ErrorContains(t, err, fmt.Sprintf("line 2 at byte %d", line))
	_, _, err = loyalty.OpenJournal(bytes.NewReader(d.data[line:]), cuttable{&disk{}})
	require.ErrorIs(t, err, loyalty.ErrJournalCorrupt, "the first line is gone: version 2 of an account that is not there")
	require.ErrorIs(t, err, loyalty.ErrVersion)
	_, report, err := loyalty.OpenJournal(bytes.NewReader(d.data[:len(d.data)-3]), d) // a file that cannot be cut
	require.ErrorIs(t, err, loyalty.ErrTornTail)
	require.Equal(t, 2, report.Commits)
	_, _, err = loyalty.OpenJournal(badReader{}, cuttable{&disk{}})
	require.ErrorContains(t, err, "no such disk")
}

type badReader struct{}

func (badReader) Read([]byte) (int, error) { return 0, errors.New("no such disk") }

// After a write that failed nothing is served any more: memory is ahead of the file.
func TestJournalThatFails(t *testing.T) {
	t.Parallel()
	d := &disk{}
	m, _ := open(t, d)
	_, err := m.Append(t.Context(), journalled("a", 1))
	require.NoError(t, err)
	d.broken = errors.New("disk full")
	_, err = m.Append(t.Context(), journalled("a", 2))
	require.ErrorIs(t, err, loyalty.ErrJournal)
	require.ErrorIs(t, err, loyalty.ErrOutcome)
	require.ErrorContains(t, err, "disk full")
	d.broken = nil
	id := journalled("a", 1).Writes[0].Account
	_, err = m.Append(t.Context(), journalled("b", 1))
	require.ErrorIs(t, err, loyalty.ErrJournal)
	for _, r := range m.AppendBatch(t.Context(), []loyalty.Commit{journalled("c", 1)}) {
		require.ErrorIs(t, r.Err, loyalty.ErrJournal)
	}
	_, err = m.Load(t.Context(), id, loyalty.Range{})
	require.ErrorIs(t, err, loyalty.ErrJournal)
	_, _, err = m.Lookup(t.Context(), journalled("a", 1).Key)
	require.ErrorIs(t, err, loyalty.ErrJournal)
	_, err = m.Due(t.Context(), loyalty.DueQuery{Until: 9, Limit: 1})
	require.ErrorIs(t, err, loyalty.ErrJournal)
	again, report := open(t, d)
	require.Equal(t, 1, report.Commits)
	require.Len(t, entriesOf(t, again, id), 1)
}

// Appends that wait together share a sync.
func TestJournalGroupsSyncs(t *testing.T) {
	t.Parallel()
	d := &disk{}
	m, _ := open(t, d)
	var commits []loyalty.Commit
	for v := range int64(50) {
		commits = append(commits, journalled("a", v+1))
	}
	for _, r := range m.AppendBatch(context.Background(), commits) {
		require.NoError(t, r.Err)
	}
	require.Equal(t, 1, d.syncs)
}

func FuzzOpenJournal(f *testing.F) {
	d := &disk{}
	m, _, err := loyalty.OpenJournal(bytes.NewReader(nil), cuttable{d})
	require.NoError(f, err)
	for v := range int64(2) {
		_, err := m.Append(context.Background(), journalled("a", v+1))
		require.NoError(f, err)
	}
	f.Add(d.data)
	f.Add([]byte("00000000 {}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := &disk{data: data}
		m, report, err := loyalty.OpenJournal(bytes.NewReader(bytes.Clone(data)), cuttable{file})
		if err != nil {
			return
		}
		require.Equal(t, int64(len(data)), report.Bytes+report.Torn)
		_, err = m.Append(t.Context(), journalled("fresh", 1))
		if err == nil {
			_, again, err := loyalty.OpenJournal(bytes.NewReader(bytes.Clone(file.data)), cuttable{file})
			require.NoError(t, err)
			require.Equal(t, report.Commits+1, again.Commits)
		}
	})
}

// panicking is a file whose first write panics.
type panicking struct{ *disk }

func (panicking) Write([]byte) (int, error) { panic("the host's file") }

// A file that panics takes its own caller with it, and nobody else waits for ever.
func TestJournalFileThatPanics(t *testing.T) {
	t.Parallel()
	m, _, err := loyalty.OpenJournal(bytes.NewReader(nil), panicking{&disk{}})
	require.NoError(t, err)
	require.PanicsWithValue(t, "the host's file", func() { _, _ = m.Append(t.Context(), journalled("m", 1)) })
	_, err = m.Append(t.Context(), journalled("m", 2))
	require.ErrorIs(t, err, loyalty.ErrJournal)
	_, err = m.Load(t.Context(), loyalty.AccountID{ID: "m"}, loyalty.Range{})
	require.ErrorIs(t, err, loyalty.ErrJournal)
}
