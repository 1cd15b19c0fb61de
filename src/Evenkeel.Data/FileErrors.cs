using System.Globalization;

namespace Evenkeel.Data;

/// <summary>The one place where this room's errors about files, folders and downloads are worded.</summary>
internal static class FileErrors
{
    public static DataFileException Unreadable(string path, Exception inner) => new("EK0320", path,
        $"['{path}'] cannot be read: {inner.Message} Check the path and its permissions; a file is expected, not a folder.", inner);

    public static DataFileException Foreign(string path, ReadOnlySpan<byte> start) => new("EK0321", path,
        $"['{path}'] starts with the bytes {Convert.ToHexString(start)}, but an IDX file starts with 0000, an element type and a number of dimensions (MNIST images: 00000803, labels: 00000801), or is a gzip file (1F8B) of that. Give an IDX file.");

    public static DataFileException Truncated(string path, string expected, long came, bool zipped = false) => new("EK0322", path,
        Text($"['{path}'] ends after {came}{(zipped ? " unpacked" : "")} bytes, but {expected}. The file is cut off, or its header is wrong: fetch it again."));

    public static DataFileException TooSmallToHold(string path, long expected, long length) => new("EK0322", path,
        Text($"['{path}'] announces {expected} bytes, but a gzip file of {length} bytes cannot unpack to so many. The file is cut off, or its header is wrong: fetch it again."));

    public static DataFileException TrailingBytes(string path, long expected, long came) => new("EK0323", path,
        Text($"['{path}'] has {came} bytes or more where its header announces {expected}. The header is wrong or something was appended: fetch it again."));

    public static DataFileException BadDimensions(string path, string dimensions, string why) => new("EK0324", path,
        $"['{path}'] announces the dimensions {dimensions}: {why}. Every dimension must be at least 1 and the whole below 2 GB. Fetch the file again, or split it.");

    public static DataFileException ElementType(string path, byte type, string expected) => new("EK0325", path,
        $"['{path}'] has elements of type 0x{type:X2}, but {expected}. Convert the file.");

    public static DataFileException BadGzip(string path, Exception? inner) => new("EK0326", path,
        $"['{path}'] is a damaged gzip file{(inner is null ? ": its end is missing" : $" ({inner.Message})")}. Fetch it again.", inner);

    public static DataFileException ImagesAndLabels(string images, string labels, string came) => new("EK0327", labels,
        $"['{images}' and '{labels}'] {came}. An image file has at least two dimensions, a label file one, and both have one entry per sample: these do not belong together.");

    public static DataFileException Label(string path, int index, long label, int classes) => new("EK0328", path,
        Text($"['{path}'] label {index} is {label}, but the {classes} classes are numbered 0..{classes - 1}. The file is damaged, or belongs to another dataset."));

    public static DataFileException MissingPart(string folder, string role, string example) => new("EK0329", folder,
        $"[folder '{folder}'] has no file of {role}. Four IDX files are expected, with names like {example} (or idx3.ubyte, with or without .gz); or images in a subfolder per class.");

    public static DataFileException Ambiguous(string folder, string role, string one, string other) => new("EK0330", folder,
        $"[folder '{folder}'] has more than one file of {role}: '{one}' and '{other}'. Keep one dataset per folder.");

    public static DataFileException NotThere(string dataset, string folder, string names) => new("EK0331", folder,
        $"[dataset '{dataset}'] is not in '{folder}' nor in its subfolder '{dataset}'; expected are {names}. Put them there, or leave the folder out to have them found or downloaded.");

    public static DataFileException Offline(string dataset, string folder, string names, string attempts, Exception? inner) => new("EK0332", folder,
        $"[dataset '{dataset}'] could not be downloaded: {attempts} Without a connection, put {names} into '{folder}' (or name their folder with --data DIR or EVENKEEL_DATA), or use the dataset 'glyphs', which needs no file.", inner);

    public static DataFileException Checksum(string dataset, string folder, string attempts) => new("EK0333", folder,
        $"[dataset '{dataset}'] was refused: {attempts} What came is not the published file, so nothing was kept. Try again later, or put the files into '{folder}' by hand.");

    public static DataFileException CannotWrite(string path, Exception inner) => new("EK0334", path,
        $"['{path}'] cannot be written: {inner.Message} Free space or permissions there, or name a folder that has the files with --data DIR.", inner);

    public static DataFileException CifarLength(string path, long came, long expected, int records, int record) => new("EK0337", path,
        Text($"['{path}'] has {came} bytes, but {records} records of {record} bytes are {expected}. The file is cut off or no binary CIFAR file: fetch it again."));

    public static DataFileException BadArchive(string path, string problem, Exception? inner) => new("EK0338", path,
        $"['{path}'] cannot be unpacked: {problem}. Remove it, so that it is fetched again.", inner);

    public static DataFileException NoImage(string path, ReadOnlySpan<byte> start) => new("EK0341", path,
        $"['{path}'] starts with the bytes {Convert.ToHexString(start)}, but a PNG file starts with 89504E470D0A1A0A and a JPEG file with FFD8FF. Convert the file, or take it out of the folder.");

    public static DataFileException BadImage(string path, string kind, string problem, Exception? inner = null) => new("EK0342", path,
        $"['{path}'] is a damaged {kind} file: {problem}. Fetch it again, or take it out of the folder.", inner);

    public static DataFileException ImageKind(string path, string kind) => new("EK0343", path,
        $"['{path}'] is {kind}, but PNG files and 8-bit JPEG files of one or three components with at most 67,108,864 pixels can be read. Convert the file, or take it out of the folder.");

    public static DataFileException NoImages(string folder, string came) => new("EK0344", folder,
        $"[folder '{folder}'] has {came}. Images are expected as {Path.Combine(folder, "CLASS")}/*.png or *.jpg, five at least, or as train/CLASS and test/CLASS (or val/CLASS) below it.");

    public static DataFileException ImageSizes(string one, string size, string other, string otherSize) => new("EK0345", other,
        $"['{one}' and '{other}'] have {size} and {otherSize} pixels, but all images of a network have one size. Choose one: --image-size 64, or ImageFolderOptions.Size.");

    public static DataFileException StrangeClass(string path, string classes) => new("EK0346", path,
        $"['{path}'] is a class that the images to train on do not have; they have {classes}. Rename the folder, or take it out.");

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
