package survey

func (s *Survey) lint() []Finding { return nil }
