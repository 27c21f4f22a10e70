package salutation

import (
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/personname"
)

// formatters keeps the formatters of whole names by language of the message: made on
// first use, then only read. Beyond the limit, which a host that takes tags from
// strangers might reach, one is made for each call.
type formatters struct {
	byTag sync.Map // language.Tag to *personname.Formatter
	count atomic.Int32
}

const mostFormatters = 256

func (f *formatters) of(tag language.Tag) *personname.Formatter {
	if have, ok := f.byTag.Load(tag); ok {
		return have.(*personname.Formatter) //nolint:forcetypeassert // nothing else is stored
	}
	made, err := personname.New(tag, &personname.Options{Length: personname.Long, Usage: personname.Referring, Formality: personname.Formal})
	if err != nil {
		return nil
	}
	if f.count.Load() < mostFormatters {
		if _, loaded := f.byTag.LoadOrStore(tag, made); !loaded {
			f.count.Add(1)
		}
	}
	return made
}

// whole is the whole name in the language of the message, in the order that the name's
// tradition has there, without titles; full is what the person wrote, for a name
// without parts. UTS #35 formats drop a second surname and shorten further given names
// in some languages; where one of the parts would be lost, only the order is taken from
// them.
func (e *Engine) whole(lang language.Tag, name *parts, full string) string {
	if !name.known() {
		return tidy(full)
	}
	names := e.names
	if names == nil { // the zero Engine
		names = &formatters{}
	}
	given := joined(name.texts[tokenGiven], name.texts[tokenGiven2])
	surname := joined(name.texts[tokenSurname], name.texts[tokenSurname2])
	if f := names.of(lang); f != nil {
		simple := name.texts[tokenGiven2] == "" && name.texts[tokenSurname2] == ""
		if text, err := f.Format(untitled{name}); err == nil && (simple || name.allIn(text)) {
			return tidy(text)
		}
		if how, err := f.Explain(untitled{name}); err == nil && how.Order == personname.SurnameFirst {
			if name.middleFirst() {
				given = joined(name.texts[tokenGiven2], name.texts[tokenGiven])
			}
			return joined(surname, given)
		}
	}
	return joined(given, surname)
}

// allIn reports whether a text holds every part of the name, in an order that the
// tradition has.
func (p *parts) allIn(text string) bool {
	for _, t := range [...]token{tokenGiven, tokenGiven2, tokenSurname, tokenSurname2} {
		if !strings.Contains(text, p.texts[t]) {
			return false
		}
	}
	return !p.middleFirst() || strings.Index(text, p.texts[tokenGiven2]) < strings.LastIndex(text, p.texts[tokenGiven])
}

// middleFirst reports a tradition in which the middle name stands before the given
// name: Nguyễn Tấn Dũng. UTS #35 keeps that order only in Vietnamese.
func (p *parts) middleFirst() bool {
	return p.texts[tokenGiven2] != "" && localeOf(p.source.NameLocale()).base == "vi"
}

// untitled is a name without its titles, credentials and short forms.
type untitled struct{ *parts }

func (u untitled) NameLocale() language.Tag { return u.source.NameLocale() }

func (u untitled) PreferredOrder() string { return u.source.PreferredOrder() }

func (u untitled) Field(field, modifier string) (string, bool) {
	switch {
	case field == "title" || field == "credentials" || modifier == "informal":
		return "", false
	case field == "surname" && modifier == "":
		text := u.texts[tokenSurname]
		return text, text != ""
	}
	return u.source.Field(field, modifier)
}
