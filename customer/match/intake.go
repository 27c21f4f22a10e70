package match

import (
	"iter"
	"sync"
)

// AddOptions say how records are read; nil takes every default.
type AddOptions struct {
	// Workers is how many goroutines fold and number the values while the next records
	// are read, all ended when the call returns; zero is one. The functions of the
	// schema are called by the caller's goroutine alone. The result is the same for any
	// number.
	Workers int
}

// Add reads records. A record without an id or with one that is there already is
// refused; the others are added, and the error joins the refusals (at most 50 of them)
// under [ErrRecord].
//
// The texts that the schema's functions give may share memory with a buffer of the host
// only until the sequence has been read further: what the index keeps it copies.
func (ix *Index[T]) Add(rows iter.Seq[T], o *AddOptions) error {
	workers := 1
	if o != nil {
		workers = max(1, o.Workers)
	}
	fs := &faults{err: ErrRecord}
	in := newIntake(ix.core.table, workers)
	defer in.wait()
	for row := range rows {
		id := ix.schema.id(row)
		if !in.open(id) {
			fs.add("", "id %q is empty or there already", clip(id))
			continue
		}
		ix.read(row, in.record())
		in.close()
	}
	in.flush()
	in.wait()
	ix.core.blocks = nil
	ix.core.ranks = nil
	if ix.core.scorer != nil {
		ix.core.settle(workers)
	}
	return fs.join()
}

// intakeRecords is how many records are read before they are handed on.
const intakeRecords = 2048

// intake takes records into a table: while some are read, those read before are folded
// and numbered.
type intake struct {
	table   *table
	workers int
	texts   []string // of the records that are being read
	other   []string // of those that are being numbered
	n       int
	pending sync.WaitGroup
}

func newIntake(t *table, workers int) *intake {
	in := &intake{table: t, workers: workers, texts: make([]string, intakeRecords*len(t.fields))}
	if workers > 1 {
		in.other = make([]string, len(in.texts))
	}
	return in
}

// open begins a record; false refuses its id.
func (in *intake) open(id string) bool {
	before := in.table.ids.size()
	return int(in.table.ids.intern(id)) == before && id != ""
}

// record is where the texts of the record go.
func (in *intake) record() []string {
	w := len(in.table.fields)
	return in.texts[in.n*w : (in.n+1)*w]
}

func (in *intake) close() {
	if in.n++; in.n == intakeRecords {
		in.flush()
	}
}

func (in *intake) flush() {
	n, texts := in.n, in.texts
	in.wait()
	if n == 0 {
		return
	}
	from := in.table.grow(n)
	in.n = 0
	if in.workers == 1 {
		in.table.fill(from, n, texts, 1)
		return
	}
	in.texts, in.other = in.other, in.texts
	in.pending.Go(func() { in.table.fill(from, n, texts, in.workers) })
}

func (in *intake) wait() { in.pending.Wait() }
