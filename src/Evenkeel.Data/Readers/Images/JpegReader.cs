using System.Buffers.Binary;

namespace Evenkeel.Data.Readers.Images;

/// <summary>Decodes JPEG (ITU-T T.81): Huffman-coded baseline, extended and progressive images of 8 bits, with one or three components.</summary>
internal sealed class JpegReader
{
    public const string Kind = "JPEG";

    private const int Tables = 4;
    private const int MostFactor = 4;

    // A direct coefficient takes a bit at least, and there is one for 64 pixels in every component.
    private const long MostPixelsPerByte = 1024;

    private readonly string _path;
    private readonly byte[] _file;
    private readonly ushort[]?[] _quantization = new ushort[Tables][];
    private readonly JpegHuffman?[] _direct = new JpegHuffman[Tables];
    private readonly JpegHuffman?[] _alternating = new JpegHuffman[Tables];
    private JpegFrame? _frame;
    private int _restartInterval;
    private int? _adobeTransform;
    private int _at = 2;

    private JpegReader(string path, byte[] file) => (_path, _file) = (path, file);

    public static DecodedImage Read(string path, byte[] file) => new JpegReader(path, file).Read();

    private DecodedImage Read()
    {
        var hasScan = false;
        while (true)
        {
            var marker = NextMarker();
            if (marker == 0xD9) break;
            if (marker is >= 0xD0 and <= 0xD7 or 0x01) continue;
            var segment = Segment();
            switch (marker)
            {
                case 0xC0 or 0xC1 or 0xC2:
                    ReadFrame(segment, marker == 0xC2);
                    break;
                case 0xC4:
                    ReadHuffman(segment);
                    break;
                case 0xDB:
                    ReadQuantization(segment);
                    break;
                case 0xDD:
                    _restartInterval = segment.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(segment) : throw Damaged("its restart interval has another length");
                    break;
                case 0xDA:
                    ReadScan(segment);
                    hasScan = true;
                    break;
                case 0xEE when segment.Length >= 12 && segment.StartsWith("Adobe"u8):
                    _adobeTransform = segment[11];
                    break;
                case 0xC3 or (>= 0xC5 and <= 0xCF and not 0xC8 and not 0xCC):
                    throw FileErrors.ImageKind(_path, FileErrors.Text($"a JPEG file of process {marker - 0xC0}"));
                case 0xCC:
                    throw FileErrors.ImageKind(_path, "a JPEG file with arithmetic coding");
                default:
                    break;
            }
        }

        if (_frame is not { } frame || !hasScan) throw Damaged("it has no image");
        var samples = frame.Components.Select(component => JpegTransform.Samples(component, _quantization[component.Quantization] ?? throw Damaged("a quantization table is missing"))).ToArray();
        var isRgb = _adobeTransform == 0 || (_adobeTransform is null && frame.Components.Select(static component => (char)component.Id).SequenceEqual("RGB"));
        return JpegColors.Compose(frame, samples, !isRgb);
    }

    private int NextMarker()
    {
        // Between segments there is nothing; behind a scan there may be filling bytes.
        while (_at + 1 < _file.Length && (_file[_at] != 0xFF || _file[_at + 1] is 0 or 0xFF)) _at++;
        if (_at + 1 >= _file.Length) throw Damaged("it ends before its end marker");
        _at += 2;
        return _file[_at - 1];
    }

    private ReadOnlySpan<byte> Segment()
    {
        if (_file.Length - _at < 2) throw Damaged("it ends inside a segment");
        var length = BinaryPrimitives.ReadUInt16BigEndian(_file.AsSpan(_at));
        if (length < 2 || length > _file.Length - _at) throw Damaged("a segment is longer than the file");
        var segment = _file.AsSpan(_at + 2, length - 2);
        _at += length;
        return segment;
    }

    private void ReadFrame(ReadOnlySpan<byte> segment, bool isProgressive)
    {
        if (_frame is not null) throw Damaged("it has two frames");
        if (segment.Length < 6 || segment.Length != 6 + (3 * segment[5])) throw Damaged("its frame has another length");
        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
        if (segment[0] != 8) throw FileErrors.ImageKind(_path, FileErrors.Text($"a JPEG file of {segment[0]} bits"));
        if (segment[5] is not (1 or 3)) throw FileErrors.ImageKind(_path, FileErrors.Text($"a JPEG file of {segment[5]} components"));
        ImageReader.CheckSize(_path, Kind, height, width);
        if ((long)height * width > MostPixelsPerByte * _file.Length) throw Damaged("it is too short for its size");
        var components = new JpegComponent[segment[5]];
        for (var i = 0; i < components.Length; i++)
        {
            var entry = segment.Slice(6 + (3 * i), 3);
            var component = components[i] = new JpegComponent(entry[0], entry[1] >> 4, entry[1] & 15, entry[2]);
            if (component.Horizontal is < 1 or > MostFactor || component.Vertical is < 1 or > MostFactor || component.Quantization >= Tables) throw Damaged("a component has impossible factors");
        }

        if (components.DistinctBy(static component => component.Id).Count() < components.Length) throw Damaged("two components have one number");
        _frame = new JpegFrame(width, height, isProgressive, components);
        foreach (var component in components) component.Allocate(_frame);
    }

    private void ReadQuantization(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 0)
        {
            var (size, table) = (segment[0] >> 4 == 0 ? 1 : 2, segment[0] & 15);
            if (table >= Tables || segment.Length < 1 + (JpegComponent.BlockSize * size)) throw Damaged("a quantization table is cut off or has an impossible number");
            var values = new ushort[JpegComponent.BlockSize];
            for (var k = 0; k < values.Length; k++) values[JpegScan.ZigZag[k]] = size == 1 ? segment[1 + k] : BinaryPrimitives.ReadUInt16BigEndian(segment[(1 + (2 * k))..]);
            _quantization[table] = values;
            segment = segment[(1 + (JpegComponent.BlockSize * size))..];
        }
    }

    private void ReadHuffman(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 0)
        {
            if (segment.Length < 1 + JpegHuffman.LongestCode) throw Damaged("a Huffman table is cut off");
            var (isAlternating, table) = (segment[0] >> 4 != 0, segment[0] & 15);
            var counts = segment.Slice(1, JpegHuffman.LongestCode);
            var total = 0;
            foreach (var count in counts) total += count;
            var end = 1 + JpegHuffman.LongestCode + total;
            if (table >= Tables || total > 256 || end > segment.Length) throw Damaged("a Huffman table is cut off or has an impossible number");
            (isAlternating ? _alternating : _direct)[table] = JpegHuffman.Of(counts, segment[(1 + JpegHuffman.LongestCode)..end]) ?? throw Damaged("a Huffman table has too many codes");
            segment = segment[end..];
        }
    }

    private void ReadScan(ReadOnlySpan<byte> segment)
    {
        var frame = _frame ?? throw Damaged("a scan stands before the frame");
        if (segment.Length < 1 || segment.Length != 4 + (2 * segment[0]) || segment[0] < 1 || segment[0] > frame.Components.Length) throw Damaged("a scan has another length");
        var components = new JpegComponent[segment[0]];
        var (first, last, high, low) = (segment[^3], segment[^2], segment[^1] >> 4, segment[^1] & 15);
        if (!frame.IsProgressive) (first, last, high, low) = (0, 63, 0, 0);
        if (last > 63 || first > last || low > 13 || high > 13 || (frame.IsProgressive && (first == 0 ? last != 0 : components.Length > 1))) throw Damaged("a scan has impossible bands");
        for (var i = 0; i < components.Length; i++)
        {
            var id = segment[1 + (2 * i)];
            var component = components[i] = frame.Components.FirstOrDefault(component => component.Id == id) ?? throw Damaged("a scan names a component that there is not");
            component.DirectTable = _direct[(segment[2 + (2 * i)] >> 4) & 3];
            component.AlternatingTable = _alternating[segment[2 + (2 * i)] & 3];
            if ((first == 0 && high == 0 && component.DirectTable is null) || (last > 0 && component.AlternatingTable is null)) throw Damaged("a Huffman table is missing");
        }

        if (components.Distinct().Count() < components.Length) throw Damaged("a scan names a component twice");
        var bits = new JpegBits(_file, _at);
        new JpegScan(_path, frame, components, first, last, high, low).Run(ref bits, _restartInterval);
        _at = bits.Position;
    }

    private DataFileException Damaged(string problem) => FileErrors.BadImage(_path, Kind, problem);
}
