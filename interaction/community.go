package interaction

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Standing says on whose behalf somebody posts in the community.
type Standing uint8

// The standings of a post.
const (
	StandingAsker    Standing = iota + 1 // who asked the question
	StandingPeer                         // another customer
	StandingOfficial                     // the business
)

var standingNames = []string{"asker", "peer", "official"}

// String names the standing.
func (s Standing) String() string { return enumString("standing", standingNames, s) }

// MarshalText writes the name; an unset standing is an error.
func (s Standing) MarshalText() ([]byte, error) { return enumMarshal("standing", standingNames, s) }

// UnmarshalText reads a name.
func (s *Standing) UnmarshalText(text []byte) error {
	return enumParse("standing", standingNames, text, s)
}

// A Post is an answer in a community thread.
type Post struct {
	ID       string    `json:"id"`
	Author   string    `json:"author"`
	At       time.Time `json:"at"`
	Standing Standing  `json:"standing"`
	Hidden   bool      `json:"hidden,omitzero"` // by moderation
}

// A Moderation is what a moderator did, and why.
type Moderation struct {
	At     time.Time `json:"at"`
	By     Actor     `json:"by"`
	Post   string    `json:"post,omitzero"` // empty: the thread
	What   string    `json:"what"`          // "hidden", "restored", "locked" or "unlocked"
	Reason string    `json:"reason"`
}

// A CommunityThread is a question to the community and what became of it. It is a
// value: every step gives a new one and leaves the old as it was.
type CommunityThread struct {
	ID          string       `json:"id"`
	Asker       string       `json:"asker"`
	Asked       time.Time    `json:"asked"`
	Posts       []Post       `json:"posts,omitempty"`   // by instant, then id
	Accepted    string       `json:"accepted,omitzero"` // post
	AcceptedAt  time.Time    `json:"accepted_at,omitzero"`
	Locked      bool         `json:"locked,omitzero"`
	Moderations []Moderation `json:"moderations,omitempty"`
}

// NewCommunityThread begins a thread.
func NewCommunityThread(id, asker string, at time.Time) (CommunityThread, error) {
	var fs faults
	fs.id("id", id, true)
	fs.id("asker", asker, true)
	fs.instant("asked", at)
	return CommunityThread{ID: id, Asker: asker, Asked: at}, fs.join()
}

func (t CommunityThread) clone() CommunityThread {
	t.Posts = slices.Clone(t.Posts)
	t.Moderations = slices.Clone(t.Moderations)
	return t
}

func (t CommunityThread) post(id string) (int, error) {
	i := slices.IndexFunc(t.Posts, func(p Post) bool { return p.ID == id })
	if i < 0 {
		return 0, &FieldError{Field: "post", Value: shorten(id), Detail: "is not in the thread", Err: ErrUnknown}
	}
	return i, nil
}

// Reply adds a post. Its standing is worked out where the author asked the
// question; of others it must be peer or official. Refused are malformed posts
// (ErrInvalid), ids that are taken (ErrDuplicate), and any post to a locked
// thread but an official one (ErrFinal).
func (t CommunityThread) Reply(p Post) (CommunityThread, error) {
	var fs faults
	fs.id("post.id", p.ID, true)
	fs.id("post.author", p.Author, true)
	fs.instant("post.at", p.At)
	if p.Author == t.Asker && p.Standing != StandingOfficial {
		p.Standing = StandingAsker
	}
	if p.Standing == StandingAsker && p.Author != t.Asker || !enumValid(standingNames, p.Standing) {
		fs.add("post.standing", p.Standing.String(), "must be peer or official")
	}
	if p.At.Before(t.Asked) {
		fs.add("post.at", stamp(p.At), "lies before the question")
	}
	if _, err := t.post(p.ID); err == nil {
		fs.addAs(ErrDuplicate, "post.id", p.ID, "is taken")
	}
	if err := fs.join(); err != nil {
		return t, err
	}
	if t.Locked && p.Standing != StandingOfficial {
		return t, fmt.Errorf("%w: thread %s is locked", ErrFinal, t.ID)
	}
	p.Hidden = false
	t = t.clone()
	i, _ := slices.BinarySearchFunc(t.Posts, p, func(a, b Post) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	t.Posts = slices.Insert(t.Posts, i, p)
	return t, nil
}

// Accept marks a post as the answer, in place of one accepted before. Only the
// asker and staff may (ErrInvalid); a hidden post cannot be accepted
// (ErrTransition).
func (t CommunityThread) Accept(post string, by Actor, at time.Time) (CommunityThread, error) {
	i, err := t.post(post)
	switch {
	case err != nil:
		return t, err
	case !by.Role.IsStaff() && (by.Role != RoleCustomer || by.ID != t.Asker):
		return t, &FieldError{Field: "by", Value: by.String(), Detail: "only the asker and staff accept an answer", Err: ErrInvalid}
	case t.Posts[i].Hidden:
		return t, fmt.Errorf("%w: post %s is hidden", ErrTransition, post)
	case t.Accepted == post:
		return t, nil
	}
	t.Accepted, t.AcceptedAt = post, at
	return t, nil
}

// Hide takes a post out of sight. An answer that was accepted no longer is.
func (t CommunityThread) Hide(post string, by Actor, at time.Time, reason string) (CommunityThread, error) {
	return t.moderate(Moderation{At: at, By: by, Post: post, What: "hidden", Reason: reason}, func(t *CommunityThread, i int) {
		t.Posts[i].Hidden = true
		if t.Accepted == post {
			t.Accepted, t.AcceptedAt = "", time.Time{}
		}
	})
}

// Restore brings a hidden post back. It is not accepted again by that.
func (t CommunityThread) Restore(post string, by Actor, at time.Time, reason string) (CommunityThread, error) {
	return t.moderate(Moderation{At: at, By: by, Post: post, What: "restored", Reason: reason}, func(t *CommunityThread, i int) {
		t.Posts[i].Hidden = false
	})
}

// Lock ends the discussion; official answers stay possible.
func (t CommunityThread) Lock(by Actor, at time.Time, reason string) (CommunityThread, error) {
	return t.moderate(Moderation{At: at, By: by, What: "locked", Reason: reason}, func(t *CommunityThread, _ int) { t.Locked = true })
}

// Unlock opens it again.
func (t CommunityThread) Unlock(by Actor, at time.Time, reason string) (CommunityThread, error) {
	return t.moderate(Moderation{At: at, By: by, What: "unlocked", Reason: reason}, func(t *CommunityThread, _ int) { t.Locked = false })
}

// moderate wants a member of staff, an instant and a reason, and keeps the record.
func (t CommunityThread) moderate(m Moderation, do func(*CommunityThread, int)) (CommunityThread, error) {
	var fs faults
	if !m.By.Role.IsStaff() {
		fs.add("by", m.By.String(), "only staff moderate")
	}
	if strings.TrimSpace(m.Reason) == "" {
		fs.add("reason", "", "is required")
	}
	fs.text("reason", m.Reason)
	fs.instant("at", m.At)
	i := 0
	if m.Post != "" {
		var err error
		if i, err = t.post(m.Post); err != nil {
			fs.under("moderation", err)
		}
	}
	if err := fs.join(); err != nil {
		return t, err
	}
	t = t.clone()
	do(&t, i)
	t.Moderations = append(t.Moderations, m)
	return t, nil
}

// First is the earliest visible post of a standing; ok is false when there is
// none. The first official one is what a reply target of the community waits for.
func (t CommunityThread) First(s Standing) (p Post, ok bool) {
	return lookup(t.Posts, func(p Post) bool { return p.Standing == s && !p.Hidden })
}

// SolvedByPeer reports whether the accepted answer is another customer's.
func (t CommunityThread) SolvedByPeer() bool {
	p, ok := lookup(t.Posts, func(p Post) bool { return p.ID == t.Accepted })
	return ok && p.Standing == StandingPeer
}

// Facts lists the answers that peers gave, and the accepted one, in order of
// time. Hidden posts are none; helping oneself is no advocacy.
func (t CommunityThread) Facts() []Fact {
	var out []Fact
	for _, p := range t.Posts {
		if p.Standing != StandingPeer || p.Hidden {
			continue
		}
		out = append(out, Fact{Kind: FactAnswerGiven, Customer: p.Author, At: p.At, Where: t.ID, Ref: p.ID})
		if p.ID == t.Accepted {
			out = append(out, Fact{Kind: FactAnswerAccepted, Customer: p.Author, At: t.AcceptedAt, Where: t.ID, Ref: p.ID})
		}
	}
	sortFacts(out)
	return out
}
