package mailbox

import (
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/mholt/archives"
)

// maxZstdWindow bounds the memory of a zstd decoder; it is what zstd itself
// allows by default (RFC 8878 §3.1.1.1.2 names 8 MB as the least).
const maxZstdWindow = 128 << 20

var decompressors = map[kind]archives.Decompressor{
	isGzip:  archives.Gz{},
	isXz:    archives.Xz{},
	isBzip2: archives.Bz2{},
	isZstd: archives.Zstd{DecoderOptions: []zstd.DOption{
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxZstdWindow), zstd.WithDecoderLowmem(true),
	}},
}

var errDecoder = errors.New("its decoder gave up")

func openDecoder(what kind, r io.Reader) (decoder io.ReadCloser, err error) {
	defer func() {
		if recover() != nil {
			decoder, err = nil, errDecoder
		}
	}()
	return decompressors[what].OpenReader(r)
}

// closeDecoder frees a decoder; all that can be wrong was said by its reads.
func closeDecoder(decoder io.Closer) {
	defer func() { _ = recover() }()
	decoder.Close()
}
