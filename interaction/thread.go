package interaction

import (
	"slices"
	"strings"
	"time"
)

// InboundMessage is a message that looks for its thread.
type InboundMessage struct {
	MessageID  string
	InReplyTo  []string // message ids, without angle brackets
	References []string // message ids, oldest first
	Tokens     []string // thread tokens that the host found elsewhere, such as in the body
	From       string
	To         []string // every address the message was sent to
	Subject    string
	At         time.Time
}

// maxRefs bounds the message ids taken from one field.
const maxRefs = 200

// InboundOf reads from a header what threading needs. Malformed ids are left
// out; of more than 200 ids in a field the last 200 are kept.
func InboundOf(h Header) InboundMessage {
	var in InboundMessage
	if v, ok := h.Value("Message-ID"); ok {
		if ids := MessageIDs(v); len(ids) > 0 {
			in.MessageID = ids[0]
		}
	}
	if v, ok := h.Value("In-Reply-To"); ok {
		in.InReplyTo = MessageIDs(v)
	}
	if v, ok := h.Value("References"); ok {
		in.References = MessageIDs(v)
	}
	in.From, _ = h.Value("From")
	in.Subject, _ = h.Value("Subject")
	for _, name := range []string{"To", "Cc", "Delivered-To", "X-Original-To"} {
		for v := range h.Values(name) {
			in.To = append(in.To, v)
		}
	}
	return in
}

// MessageIDs reads the ids between angle brackets in a field such as References
// (RFC 5322 section 3.6.4), in order, each once. Ids that are empty, hold blanks
// or exceed 998 bytes are left out, and of more than 200 the last 200 are kept.
func MessageIDs(value string) []string {
	var ids []string
	for {
		_, rest, ok := strings.Cut(value, "<")
		if !ok {
			break
		}
		id, after, ok := strings.Cut(rest, ">")
		if !ok {
			break
		}
		value = after
		if i := strings.LastIndexByte(id, '<'); i >= 0 { // "<broken <id@x>"
			id = id[i+1:]
		}
		if id == "" || len(id) > 998 || strings.ContainsAny(id, " \t\r\n") || slices.Contains(ids, id) {
			continue
		}
		ids = append(ids, id)
		if len(ids) > maxRefs {
			ids = ids[1:]
		}
	}
	return ids
}

// A ThreadIndex knows which thread a message or a token belongs to. Both answers
// must come from what the host itself sent or stored: a token must be
// unguessable, because whoever quotes it joins the thread. An implementation
// must be safe for concurrent use if FindThread is called concurrently.
type ThreadIndex interface {
	ThreadOfMessage(messageID string) (thread string, ok bool)
	ThreadOfToken(token string) (thread string, ok bool)
}

// A ThreadGuesser is a ThreadIndex that may also guess, by whatever the host
// finds telling (sender, time, product, wording). Confidence lies between 0
// and 1.
type ThreadGuesser interface {
	GuessThread(in InboundMessage) (thread string, confidence float64, ok bool)
}

// A LinkBasis says on what ground a message was given its thread.
type LinkBasis uint8

// The grounds, strongest first.
const (
	ByReference  LinkBasis = iota + 1 // it answers a message that we know
	ByToken                           // it carries a token that we gave
	ByGuess                           // the host's guesser was sure enough
	StartsThread                      // none of these: it starts a thread
)

var basisNames = []string{"reference", "token", "guess", "new"}

// String names the basis.
func (b LinkBasis) String() string { return enumString("basis", basisNames, b) }

// MarshalText writes the name; an unset basis is an error.
func (b LinkBasis) MarshalText() ([]byte, error) { return enumMarshal("basis", basisNames, b) }

// UnmarshalText reads a name.
func (b *LinkBasis) UnmarshalText(text []byte) error {
	return enumParse("basis", basisNames, text, b)
}

// A ThreadLink is the thread found for a message.
type ThreadLink struct {
	Thread string // empty when Basis is StartsThread
	Basis  LinkBasis
	Trace  Trace
}

// ThreadOptions tune FindThread.
type ThreadOptions struct {
	// Sure is the least confidence at which a guess counts. Default 0.8.
	Sure float64
}

// FindThread finds the thread of a message: by the messages it answers (In-Reply-To,
// then References from the latest to the earliest, the last 200 ids of each), then
// by a token (in a plus address, in [#...] in the subject, or found by the host; at
// most 200), then by the host's guess. The subject as such is never a ground: two customers who both write
// "Invoice" have nothing in common, and a guesser is not asked about a message
// without a sender.
func FindThread(in InboundMessage, idx ThreadIndex, opts *ThreadOptions) ThreadLink {
	sure := 0.8
	if opts != nil && opts.Sure > 0 {
		sure = opts.Sure
	}
	var why Trace
	answered := in.answered()
	for _, id := range answered {
		if thread, ok := idx.ThreadOfMessage(id); ok {
			why.say("references", "answers %s of thread %s", shorten(id), thread)
			return ThreadLink{thread, ByReference, why}
		}
	}
	why.none("references", "it answers no message", len(answered))
	tokens := in.tokens()
	for _, token := range tokens {
		if thread, ok := idx.ThreadOfToken(token); ok {
			why.say("token", "%s is of thread %s", shorten(token), thread)
			return ThreadLink{thread, ByToken, why}
		}
	}
	why.none("token", "it carries none", len(tokens))
	if guesser, ok := idx.(ThreadGuesser); ok && strings.TrimSpace(in.From) != "" {
		thread, confidence, found := guesser.GuessThread(in)
		if found && confidence >= sure { // NaN is never sure
			why.say("guess", "thread %s with confidence %.2f, at least %.2f", thread, confidence, sure)
			return ThreadLink{thread, ByGuess, why}
		}
		why.say("guess", "none with a confidence of %.2f or more", sure)
	}
	why.say("new thread", "an equal subject alone is no ground")
	return ThreadLink{Basis: StartsThread, Trace: why}
}

func (t *Trace) none(rule, without string, n int) {
	if n == 0 {
		t.say(rule, "%s", without)
		return
	}
	t.say(rule, "none of %d is known", n)
}

// answered lists the ids of answered messages, the nearest first.
func (in InboundMessage) answered() []string {
	ids := slices.Clone(lastRefs(in.InReplyTo))
	for _, id := range slices.Backward(lastRefs(in.References)) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == in.MessageID })
}

func lastRefs(ids []string) []string { return ids[max(0, len(ids)-maxRefs):] }

// tokens lists candidate tokens: plus parts of addresses, marks in the subject,
// and those that the host found.
func (in InboundMessage) tokens() []string {
	var out []string
	add := func(token string) {
		if token != "" && len(token) <= maxID && !slices.Contains(out, token) && len(out) < maxRefs {
			out = append(out, token)
		}
	}
	for _, to := range in.To {
		for addr := range strings.FieldsFuncSeq(to, func(r rune) bool { return strings.ContainsRune("<>,; \t\"", r) }) {
			local, _, ok := strings.Cut(addr, "@")
			if _, plus, has := strings.Cut(local, "+"); ok && has {
				add(plus)
			}
		}
	}
	rest := in.Subject
	for {
		_, after, ok := strings.Cut(rest, "[#")
		if !ok {
			break
		}
		token, tail, ok := strings.Cut(after, "]")
		if !ok {
			break
		}
		if i := strings.LastIndex(token, "[#"); i >= 0 { // "[#broken [#T1]"
			token = token[i+2:]
		}
		if !strings.ContainsAny(token, " \t[") {
			add(token)
		}
		rest = tail
	}
	for _, token := range in.Tokens {
		add(token)
	}
	return out
}
