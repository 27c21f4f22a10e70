package customer

import (
	"fmt"
	"io"
	"log/slog"
)

// EventKind is "created".
func (Created) EventKind() string { return "created" }

// EventKind is "name_added".
func (NameAdded) EventKind() string { return "name_added" }

// EventKind is "name_removed".
func (NameRemoved) EventKind() string { return "name_removed" }

// EventKind is "address_set".
func (AddressSet) EventKind() string { return "address_set" }

// EventKind is "birth_set".
func (BirthSet) EventKind() string { return "birth_set" }

// EventKind is "kind_set".
func (KindSet) EventKind() string { return "kind_set" }

// EventKind is "languages_set".
func (LanguagesSet) EventKind() string { return "languages_set" }

// EventKind is "region_set".
func (RegionSet) EventKind() string { return "region_set" }

// EventKind is "zone_set".
func (ZoneSet) EventKind() string { return "zone_set" }

// EventKind is "point_added".
func (PointAdded) EventKind() string { return "point_added" }

// EventKind is "point_removed".
func (PointRemoved) EventKind() string { return "point_removed" }

// EventKind is "point_status_changed".
func (PointStatusChanged) EventKind() string { return "point_status_changed" }

// EventKind is "point_marked".
func (PointMarked) EventKind() string { return "point_marked" }

// EventKind is "postal_added".
func (PostalAdded) EventKind() string { return "postal_added" }

// EventKind is "postal_removed".
func (PostalRemoved) EventKind() string { return "postal_removed" }

// EventKind is "relation_added".
func (RelationAdded) EventKind() string { return "relation_added" }

// EventKind is "relation_removed".
func (RelationRemoved) EventKind() string { return "relation_removed" }

// EventKind is "external_added".
func (ExternalAdded) EventKind() string { return "external_added" }

// EventKind is "external_removed".
func (ExternalRemoved) EventKind() string { return "external_removed" }

// EventKind is "attribute_set".
func (AttributeSet) EventKind() string { return "attribute_set" }

// EventKind is "attribute_removed".
func (AttributeRemoved) EventKind() string { return "attribute_removed" }

// EventKind is "tagged".
func (Tagged) EventKind() string { return "tagged" }

// EventKind is "untagged".
func (Untagged) EventKind() string { return "untagged" }

// EventKind is "consent_recorded".
func (ConsentRecorded) EventKind() string { return "consent_recorded" }

// EventKind is "restriction_set".
func (RestrictionSet) EventKind() string { return "restriction_set" }

// EventKind is "not_same_decided".
func (NotSameDecided) EventKind() string { return "not_same_decided" }

// EventKind is "not_same_lifted".
func (NotSameLifted) EventKind() string { return "not_same_lifted" }

// EventKind is "stage_changed".
func (StageChanged) EventKind() string { return "stage_changed" }

// EventKind is "customers_merged".
func (CustomersMerged) EventKind() string { return "customers_merged" }

// EventKind is "was_merged".
func (WasMerged) EventKind() string { return "was_merged" }

// EventKind is "merge_undone".
func (MergeUndone) EventKind() string { return "merge_undone" }

// EventKind is "merge_returned".
func (MergeReturned) EventKind() string { return "merge_returned" }

// EventKind is "person_erased".
func (PersonErased) EventKind() string { return "person_erased" }

// EventKind is "compacted".
func (Compacted) EventKind() string { return "compacted" }

// EventKind is the kind of the body that was erased.
func (s Scrubbed) EventKind() string { return s.Kind }

func (Created) body()            {}
func (NameAdded) body()          {}
func (NameRemoved) body()        {}
func (AddressSet) body()         {}
func (BirthSet) body()           {}
func (KindSet) body()            {}
func (LanguagesSet) body()       {}
func (RegionSet) body()          {}
func (ZoneSet) body()            {}
func (PointAdded) body()         {}
func (PointRemoved) body()       {}
func (PointStatusChanged) body() {}
func (PointMarked) body()        {}
func (PostalAdded) body()        {}
func (PostalRemoved) body()      {}
func (RelationAdded) body()      {}
func (RelationRemoved) body()    {}
func (ExternalAdded) body()      {}
func (ExternalRemoved) body()    {}
func (AttributeSet) body()       {}
func (AttributeRemoved) body()   {}
func (Tagged) body()             {}
func (Untagged) body()           {}
func (ConsentRecorded) body()    {}
func (RestrictionSet) body()     {}
func (NotSameDecided) body()     {}
func (NotSameLifted) body()      {}
func (StageChanged) body()       {}
func (CustomersMerged) body()    {}
func (WasMerged) body()          {}
func (MergeUndone) body()        {}
func (MergeReturned) body()      {}
func (PersonErased) body()       {}
func (Compacted) body()          {}
func (Scrubbed) body()           {}

func (Created) command()            {}
func (NameAdded) command()          {}
func (NameRemoved) command()        {}
func (AddressSet) command()         {}
func (BirthSet) command()           {}
func (KindSet) command()            {}
func (LanguagesSet) command()       {}
func (RegionSet) command()          {}
func (ZoneSet) command()            {}
func (PointAdded) command()         {}
func (PointRemoved) command()       {}
func (PointStatusChanged) command() {}
func (PointMarked) command()        {}
func (PostalAdded) command()        {}
func (PostalRemoved) command()      {}
func (RelationAdded) command()      {}
func (RelationRemoved) command()    {}
func (ExternalAdded) command()      {}
func (ExternalRemoved) command()    {}
func (AttributeSet) command()       {}
func (AttributeRemoved) command()   {}
func (Tagged) command()             {}
func (Untagged) command()           {}
func (ConsentRecorded) command()    {}
func (RestrictionSet) command()     {}
func (NotSameDecided) command()     {}
func (NotSameLifted) command()      {}
func (MoveStage) command()          {}

// hideBody prints the kind of a body and nothing of what it holds.
func hideBody(s fmt.State, b Body) {
	_, _ = io.WriteString(s, "customer.Body("+b.EventKind()+")")
}

// Format prints the kind and nothing personal, whatever the verb.
func (b Created) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b Created) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b NameAdded) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b NameAdded) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b NameRemoved) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b NameRemoved) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b AddressSet) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b AddressSet) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b BirthSet) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b BirthSet) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b KindSet) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b KindSet) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b LanguagesSet) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b LanguagesSet) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b RegionSet) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b RegionSet) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b ZoneSet) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b ZoneSet) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b PointAdded) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b PointAdded) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b PointRemoved) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b PointRemoved) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b PointStatusChanged) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b PointStatusChanged) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b PointMarked) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b PointMarked) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b PostalAdded) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b PostalAdded) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b PostalRemoved) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b PostalRemoved) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b RelationAdded) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b RelationAdded) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b RelationRemoved) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b RelationRemoved) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b ExternalAdded) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b ExternalAdded) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b ExternalRemoved) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b ExternalRemoved) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b AttributeSet) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b AttributeSet) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b AttributeRemoved) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b AttributeRemoved) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b Tagged) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b Tagged) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b Untagged) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b Untagged) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b ConsentRecorded) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b ConsentRecorded) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b RestrictionSet) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b RestrictionSet) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b NotSameDecided) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b NotSameDecided) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b NotSameLifted) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b NotSameLifted) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b StageChanged) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b StageChanged) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b CustomersMerged) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b CustomersMerged) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b WasMerged) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b WasMerged) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b MergeUndone) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b MergeUndone) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b MergeReturned) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b MergeReturned) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b PersonErased) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b PersonErased) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }

// Format prints the kind and nothing personal, whatever the verb.
func (b Compacted) Format(s fmt.State, _ rune) { hideBody(s, b) }

// LogValue is the kind.
func (b Compacted) LogValue() slog.Value { return slog.StringValue(b.EventKind()) }
