package loyalty

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"sync"
	"unicode/utf8"
)

// Sentinels of a journal.
var (
	// ErrJournal says that the journal could not be written: the outcome of the append
	// is unknown, and the store refuses all further work, since memory may be ahead of
	// the file. Open the journal again.
	ErrJournal = errors.New("loyalty: journal failed")
	// ErrJournalCorrupt says that a line before the last is damaged, or says what no
	// store would have written. It is reported with its line and byte.
	ErrJournalCorrupt = errors.New("loyalty: journal is corrupt")
	// ErrTornTail says that the journal ends in half a line and the file cannot be cut:
	// cut it to JournalReport.Bytes and open it again.
	ErrTornTail = errors.New("loyalty: journal ends in half a line")
)

// JournalFile is where a [MemStore] writes its journal. An *os.File opened for
// appending is one. Write appends; Sync returns when what was written survives a
// crash. A file that can Truncate(size int64) error, as *os.File can, is cut after
// a torn tail.
type JournalFile interface {
	io.Writer
	Sync() error
}

// JournalReport is what [OpenJournal] read.
type JournalReport struct {
	Commits int   // lines that were replayed
	Bytes   int64 // their length
	Torn    int64 // bytes of the half line after them, 0 for none
}

// OpenJournal replays a journal and gives the store that continues it. A journal is
// JSON lines, one per commit, each with a checksum; old is read to its end, and
// then file is appended to. Both may be the same *os.File.
//
// A last line that is incomplete or damaged is the trace of a crash in mid-append:
// that append was never acknowledged, so it is left out, and the file is cut where
// it can be ([ErrTornTail] otherwise). Damage before the last line is
// [ErrJournalCorrupt].
//
// Appends that wait at the same time share one write and one sync. An append is
// visible to readers shortly before it is durable; a reader that acts on it by an
// append of its own is ordered after it in the file. After a failed write or sync
// every call returns [ErrJournal]. Snapshots are not kept in the journal.
func OpenJournal(old io.Reader, file JournalFile) (*MemStore, JournalReport, error) {
	m := &MemStore{}
	report, err := m.replay(old)
	if err != nil {
		return nil, report, err
	}
	if report.Torn > 0 {
		cutter, ok := file.(interface{ Truncate(size int64) error })
		if !ok {
			return nil, report, fmt.Errorf("%w: %d bytes after byte %d", ErrTornTail, report.Torn, report.Bytes)
		}
		if err := cutter.Truncate(report.Bytes); err != nil {
			return nil, report, fmt.Errorf("%w: cutting the torn tail: %w", ErrJournal, err)
		}
		if s, ok := file.(io.Seeker); ok {
			if _, err := s.Seek(report.Bytes, io.SeekStart); err != nil {
				return nil, report, fmt.Errorf("%w: cutting the torn tail: %w", ErrJournal, err)
			}
		}
	}
	m.journal = &journal{file: file}
	m.journal.synced.L = &m.journal.mu
	return m, report, nil
}

// replay applies every whole line.
func (m *MemStore) replay(old io.Reader) (report JournalReport, err error) {
	in := bufio.NewReaderSize(old, 1<<16)
	var bad error
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return report, fmt.Errorf("loyalty: reading the journal: %w", err)
		}
		if len(line) == 0 {
			return report, nil
		}
		if bad != nil { // a damaged line that is not the last
			return report, bad
		}
		c, ok := parseLine(line)
		if !ok {
			bad = fmt.Errorf("%w: line %d at byte %d", ErrJournalCorrupt, n, report.Bytes)
			report.Torn = int64(len(line))
			continue
		}
		if _, _, err := m.apply(context.Background(), c); err != nil {
			return report, fmt.Errorf("%w: line %d at byte %d: %w", ErrJournalCorrupt, n, report.Bytes, err)
		}
		report.Commits++
		report.Bytes += int64(len(line))
	}
}

// journal queues lines; whoever waits first writes all that is queued.
type journal struct {
	file    JournalFile
	mu      sync.Mutex
	synced  sync.Cond
	queue   []byte // lines not yet handed to the file
	queued  uint64 // tickets given
	durable uint64 // tickets synced
	writing bool
	err     error
}

// failed is the error that made the journal unusable. A nil journal never fails.
func (j *journal) failed() error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}

// end is the ticket of the last line so far.
func (j *journal) end() uint64 {
	if j == nil {
		return 0
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.queued
}

// enqueue takes a line. It is called under the store's locks, so that lines of one
// account are in the order of its versions.
func (j *journal) enqueue(c Commit) (ticket uint64, err error) {
	if j == nil {
		return 0, nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return 0, j.err
	}
	j.queue = appendLine(j.queue, c)
	j.queued++
	return j.queued, nil
}

// wait returns when the ticket is durable. The first to wait writes for all.
func (j *journal) wait(ticket uint64) error {
	if j == nil || ticket == 0 {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for j.err == nil && j.durable < ticket {
		if j.writing {
			j.synced.Wait()
			continue
		}
		j.flush()
	}
	if j.durable >= ticket {
		return nil
	}
	return j.err
}

// flush writes the queue and syncs, without the lock meanwhile.
func (j *journal) flush() {
	lines, upTo := j.queue, j.queued
	j.queue, j.writing = nil, true
	j.mu.Unlock()
	err := errFilePanicked
	defer func() { // also when the host's file panicked: nobody may wait for ever
		j.mu.Lock()
		j.writing = false
		if err != nil {
			j.err = fmt.Errorf("%w: %w: %w", ErrJournal, ErrOutcome, err)
		} else {
			j.durable = upTo
		}
		j.synced.Broadcast()
	}()
	err = j.write(lines)
}

var errFilePanicked = errors.New("the file panicked")

func (j *journal) write(lines []byte) error {
	n, err := j.file.Write(lines)
	if err == nil && n < len(lines) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return err
	}
	return j.file.Sync()
}

// journalLine is the JSON form of a commit.
type journalLine struct {
	Tenant  string         `json:"tenant"`
	Key     string         `json:"key"`
	Hash    []byte         `json:"hash"`
	Receipt []byte         `json:"receipt"`
	Writes  []journalWrite `json:"writes"`
}

type journalWrite struct {
	Account  string `json:"account"`
	Version  int64  `json:"version"`
	At       int64  `json:"at"`
	Recorded int64  `json:"recorded"`
	Due      int64  `json:"due"`
	Sum      []byte `json:"sum"`
	Body     []byte `json:"body"`
}

const crcLen = 8 // hexadecimal digits of the checksum before each object

// appendLine writes "crc {json}\n". The checksum is of the JSON text.
func appendLine(b []byte, c Commit) []byte {
	b = append(b, "00000000 "...)
	start := len(b)
	b = append(b, `{"tenant":`...)
	b = appendText(b, c.Key.Tenant)
	b = append(b, `,"key":`...)
	b = appendText(b, c.Key.ID)
	b = append(b, `,"hash":`...)
	b = appendBytes(b, c.Hash[:])
	b = append(b, `,"receipt":`...)
	b = appendBytes(b, c.Receipt)
	b = append(b, `,"writes":[`...)
	for i := range c.Writes {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendWrite(b, &c.Writes[i])
	}
	b = append(b, "]}"...)
	crc := crc32.ChecksumIEEE(b[start:])
	const digits = "0123456789abcdef"
	for i := range crcLen {
		b[start-1-crcLen+i] = digits[crc>>(28-4*i)&15]
	}
	return append(b, '\n')
}

func appendWrite(b []byte, w *Write) []byte {
	b = append(b, `{"account":`...)
	b = appendText(b, w.Account.ID)
	number := func(name string, n int64) {
		b = append(b, name...)
		b = strconv.AppendInt(b, n, 10)
	}
	number(`,"version":`, w.Entry.Version)
	number(`,"at":`, int64(w.Entry.At))
	number(`,"recorded":`, int64(w.Entry.Recorded))
	number(`,"due":`, int64(w.Due))
	b = append(b, `,"sum":`...)
	b = appendBytes(b, w.Entry.Sum[:])
	b = append(b, `,"body":`...)
	b = appendBytes(b, w.Entry.Body)
	return append(b, '}')
}

func appendBytes(b, data []byte) []byte {
	b = append(b, '"')
	b = base64.StdEncoding.AppendEncode(b, data)
	return append(b, '"')
}

// appendText writes a JSON string; the text is valid UTF-8 (Commit.Check).
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < 0x20:
			b = append(b, `\u00`...)
			b = append(b, "0123456789abcdef"[r>>4], "0123456789abcdef"[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// parseLine reads one line; ok is false for one that is incomplete or damaged.
func parseLine(line []byte) (c Commit, ok bool) {
	line, ended := bytes.CutSuffix(line, []byte{'\n'})
	if !ended || len(line) < crcLen+1 || line[crcLen] != ' ' {
		return Commit{}, false
	}
	crc, err := strconv.ParseUint(string(line[:crcLen]), 16, 32)
	text := line[crcLen+1:]
	if err != nil || uint32(crc) != crc32.ChecksumIEEE(text) {
		return Commit{}, false
	}
	var l journalLine
	if json.Unmarshal(text, &l) != nil || len(l.Hash) != len(c.Hash) {
		return Commit{}, false
	}
	c = Commit{Key: Key{Tenant: l.Tenant, ID: l.Key}, Hash: Hash(l.Hash), Receipt: l.Receipt}
	for _, w := range l.Writes {
		if len(w.Sum) != len(c.Hash) {
			return Commit{}, false
		}
		c.Writes = append(c.Writes, Write{
			Account: AccountID{Tenant: l.Tenant, ID: w.Account},
			Entry:   Entry{Version: w.Version, At: Instant(w.At), Recorded: Instant(w.Recorded), Sum: Sum(w.Sum), Body: w.Body},
			Due:     Instant(w.Due),
		})
	}
	return c, true
}
