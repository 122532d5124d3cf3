package outlook

import "testing"

// DraftFile and NestedFile are .msg files for tests of who reads them.
func DraftFile(t *testing.T) []byte { return compoundFile(t, draft()) }

func NestedFile(t *testing.T, depth int) []byte { return compoundFile(t, nested(depth)) }

func ForwardedStream() []byte { return forwarded(letterStream()) }

const MaxEmbedding = maxEmbedding
