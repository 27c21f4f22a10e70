package timers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/outreach"
)

// Series leads recipients through sequences of messages: each step is put to the gate
// when it falls due, and what may go is written to outreach_message, from where the host
// sends it. Its fields are set once; then many goroutines may use it.
type Series struct {
	Sequences []*outreach.Sequence // required; every version that somebody is still in
	Gate      *outreach.Gate       // required
	Timers    *Timers              // required
	Tenant    string
	// Ports are where the gate reads facts at the instant of sending, in the transaction.
	// History may be left out: it is what outreach_message says. Required.
	Ports func(tx pgx.Tx) outreach.Ports
	// Facts are what conditions of steps and exits ask about, at that instant. Nil: none.
	Facts func(ctx context.Context, tx pgx.Tx, who string) (map[string]string, error)
}

var _ Handler = (*Series)(nil)

const (
	sqlRunFirst = `INSERT INTO outreach_run (tenant, sequence, who, state) VALUES ($1, $2, $3, '') ON CONFLICT DO NOTHING`
	sqlRunLock  = `SELECT state FROM outreach_run WHERE tenant = $1 AND sequence = $2 AND who = $3 FOR UPDATE`
	sqlRunKeep  = `UPDATE outreach_run SET state = $4 WHERE tenant = $1 AND sequence = $2 AND who = $3`
	sqlRunGone  = `DELETE FROM outreach_run WHERE tenant = $1 AND who = $2 RETURNING sequence`
	sqlUnsend   = `DELETE FROM outreach_message WHERE tenant = $1 AND who = $2`
	sqlMessage  = `INSERT INTO outreach_message (tenant, key, who, at, channel, purpose, topic, template) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	sqlSent     = `SELECT key, at, channel, purpose, topic FROM outreach_message WHERE tenant = $1 AND who = $2 AND at >= $3 ORDER BY at, key`
	sqlHasSent  = `SELECT EXISTS (SELECT FROM outreach_message WHERE tenant = $1 AND key = $2)`
)

// Do carries out a command on a recipient's run of a sequence and moves its timer, in the
// host's transaction. The first message goes when its job runs, not here.
func (s *Series) Do(ctx context.Context, tx pgx.Tx, sequence, who string, c outreach.Command) (outreach.State, error) {
	if _, err := tx.Exec(ctx, sqlRunFirst, s.Tenant, sequence, who); err != nil {
		return outreach.State{}, err
	}
	state, err := s.lock(ctx, tx, sequence, who)
	if err != nil {
		return state, err
	}
	if state, err = s.decide(state, sequence, c); err != nil {
		return state, err
	}
	if err := s.keep(ctx, tx, sequence, who, state); err != nil {
		return state, err
	}
	subject := Subject{KindOutreach, s.Tenant, subjectOf(sequence, who)}
	next, ok := state.Next()
	if !ok {
		return state, s.Timers.Clear(ctx, tx, subject)
	}
	return state, s.Timers.Set(ctx, tx, subject, next)
}

// subjectOf names a run; a sequence's name has no slash.
func subjectOf(sequence, who string) string { return sequence + "/" + who }

// Wake implements Handler: everything that has fallen due is put to the gate.
func (s *Series) Wake(ctx context.Context, tx pgx.Tx, subject Subject, now time.Time) (time.Time, bool, error) {
	sequence, who, ok := strings.Cut(subject.ID, "/")
	if !ok {
		return time.Time{}, false, fmt.Errorf("timers: %q is no run", subject.ID)
	}
	state, err := s.lock(ctx, tx, sequence, who)
	if errors.Is(err, pgx.ErrNoRows) { // they were forgotten meanwhile
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, err
	}
	var facts map[string]string
	if s.Facts != nil {
		if facts, err = s.Facts(ctx, tx, who); err != nil {
			return time.Time{}, false, err
		}
	}
	for {
		next, due := state.Next()
		if !due || next.After(now) {
			return next, due, s.keep(ctx, tx, sequence, who, state)
		}
		if state, err = s.decide(state, sequence, outreach.Command{Kind: outreach.Wake, At: now, Facts: facts}); err != nil {
			return time.Time{}, false, err
		}
		if ask, waits := state.Pending(); waits {
			decision, err := s.put(ctx, tx, who, now, &ask.Message)
			if err != nil {
				return time.Time{}, false, err
			}
			if state, err = s.decide(state, sequence, decision.Settle()); err != nil {
				return time.Time{}, false, err
			}
		}
	}
}

// Forget removes the runs of a recipient with their timers, and what was sent to them, in
// the host's transaction: for their erasure. Caps count no message from before it.
func (s *Series) Forget(ctx context.Context, tx pgx.Tx, who string) error {
	rows, err := tx.Query(ctx, sqlRunGone, s.Tenant, who)
	if err != nil {
		return err
	}
	sequences, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	slices.Sort(sequences) // timers are locked in this order
	for _, sequence := range sequences {
		if err := s.Timers.Clear(ctx, tx, Subject{KindOutreach, s.Tenant, subjectOf(sequence, who)}); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, sqlUnsend, s.Tenant, who)
	return err
}

// put asks the gate about a message, and writes it down where it may go.
func (s *Series) put(ctx context.Context, tx pgx.Tx, who string, now time.Time, m *outreach.Message) (outreach.Decision, error) {
	ports := s.Ports(tx)
	if ports.History == nil {
		ports.History = history{tx, s.Tenant}
	}
	facts, _ := s.Gate.Gather(ctx, ports, who, now, m) // what could not be read stops the message
	if err := ctx.Err(); err != nil {
		return outreach.Decision{}, err
	}
	d := s.Gate.Decide(now, &facts, m)
	if d.Verdict != outreach.Send {
		return d, nil
	}
	_, err := tx.Exec(ctx, sqlMessage, s.Tenant, m.Key, who, now.UnixMicro(), string(d.Channel), string(m.Purpose), m.Topic, m.Template)
	return d, err
}

// decide applies a command to a run, under the version of the sequence that it began
// with, or the newest for a new one.
func (s *Series) decide(state outreach.State, sequence string, c outreach.Command) (outreach.State, error) {
	var found *outreach.Sequence
	for _, q := range s.Sequences {
		version := q.Spec().Version
		if q.ID() == sequence && (found == nil || version > found.Spec().Version) && (state.Status != outreach.Running || state.Version == version) {
			found = q
		}
	}
	if found == nil {
		return state, fmt.Errorf("timers: no sequence %q of version %d", sequence, state.Version)
	}
	events, err := found.Decide(state, c)
	for _, e := range events {
		state = outreach.Evolve(state, e)
	}
	return state, err
}

// lock is a run, which stays as it is until the transaction ends; pgx.ErrNoRows for none.
func (s *Series) lock(ctx context.Context, tx pgx.Tx, sequence, who string) (state outreach.State, err error) {
	var body []byte
	if err := tx.QueryRow(ctx, sqlRunLock, s.Tenant, sequence, who).Scan(&body); err != nil || len(body) == 0 {
		return state, err
	}
	return state, json.Unmarshal(body, &state)
}

func (s *Series) keep(ctx context.Context, tx pgx.Tx, sequence, who string, state outreach.State) error {
	body, err := json.Marshal(state)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlRunKeep, s.Tenant, sequence, who, body)
	return err
}

// history is what outreach_message says.
type history struct {
	tx     pgx.Tx
	tenant string
}

// Sent implements outreach.History.
func (h history) Sent(ctx context.Context, who string, since time.Time) ([]outreach.Sent, error) {
	rows, err := h.tx.Query(ctx, sqlSent, h.tenant, who, since.UnixMicro())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (sent outreach.Sent, err error) {
		var micro int64
		var channel, purpose string
		err = row.Scan(&sent.Key, &micro, &channel, &purpose, &sent.Topic)
		sent.At, sent.Channel, sent.Purpose = time.UnixMicro(micro).UTC(), interaction.Channel(channel), outreach.Purpose(purpose)
		return sent, err
	})
}

// HasSent implements outreach.History.
func (h history) HasSent(ctx context.Context, _, key string) (yes bool, err error) {
	err = h.tx.QueryRow(ctx, sqlHasSent, h.tenant, key).Scan(&yes)
	return yes, err
}
