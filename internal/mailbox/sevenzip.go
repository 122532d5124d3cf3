package mailbox

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// The reader of 7z archives makes room for whatever a header announces, before
// it checks the header's sum. checkSevenZip therefore reads the header first:
// its sums have to be right, and it may announce no more than its bytes can
// hold. The format is described in 7zFormat.txt of the LZMA SDK.

const maxSevenHeader = 64 << 20 // bytes of header

var (
	errSevenHeader = errors.New("its header announces what it cannot hold")
	errSevenSum    = errors.New("the sum of its header is wrong")
	errSevenPacked = errors.New("its header is encrypted or packed in an uncommon way")
)

// checkSevenZip says whether the header of a 7z archive is fit to be read.
func checkSevenZip(at io.ReaderAt, size int64) error {
	start := make([]byte, 32)
	if _, err := at.ReadAt(start, 0); err != nil {
		return io.ErrUnexpectedEOF
	}
	if crc32.ChecksumIEEE(start[12:]) != binary.LittleEndian.Uint32(start[8:]) {
		return errSevenSum
	}
	where, length := binary.LittleEndian.Uint64(start[12:]), binary.LittleEndian.Uint64(start[20:])
	if length == 0 {
		return nil
	}
	header, err := sevenPart(at, size, where, length)
	if err != nil {
		return err
	}
	if crc32.ChecksumIEEE(header) != binary.LittleEndian.Uint32(start[28:]) {
		return errSevenSum
	}
	if header[0] == idPacked {
		if header, err = unpackSevenHeader(at, size, header[1:]); err != nil {
			return err
		}
	}
	h := sevenHeader{data: header}
	h.header()
	return h.err
}

// sevenPart reads bytes that the archive counts from the end of its first 32.
func sevenPart(at io.ReaderAt, size int64, where, length uint64) ([]byte, error) {
	if length > maxSevenHeader {
		return nil, errSevenHeader
	}
	if end := uint64(size); size < 32 || where > end-32 || length > end-32-where {
		return nil, io.ErrUnexpectedEOF
	}
	part := make([]byte, length)
	_, err := at.ReadAt(part, 32+int64(where))
	if err == io.EOF {
		err = nil
	}
	return part, err
}

// unpackSevenHeader decodes a header that is stored, or packed with LZMA as
// 7-Zip packs it.
func unpackSevenHeader(at io.ReaderAt, size int64, data []byte) ([]byte, error) {
	h := sevenHeader{data: data}
	h.streams()
	if h.err != nil {
		return nil, h.err
	}
	if len(h.packSizes) != 1 || len(h.folders) != 1 || len(h.folders[0].unpack) != 1 {
		return nil, errSevenPacked
	}
	only := h.folders[0]
	if only.unpack[0] > maxSevenHeader {
		return nil, errSevenHeader
	}
	packed, err := sevenPart(at, size, h.packPos, h.packSizes[0])
	if err != nil {
		return nil, err
	}
	switch {
	case only.coder == "\x00":
		return packed, nil
	case only.coder != lzmaCoder || len(only.properties) != 5:
		return nil, errSevenPacked
	}
	alone := binary.LittleEndian.AppendUint64(bytes.Clone(only.properties), only.unpack[0])
	decoder, err := lzma.NewReader(io.MultiReader(bytes.NewReader(alone), bytes.NewReader(packed)))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(decoder, maxSevenHeader))
}
