using Evenkeel.Data.Datasets;

namespace Evenkeel.Data.Readers;

/// <summary>Reads a folder of four IDX files - images and labels to train on and to test on - such as MNIST, Fashion-MNIST, KMNIST or one split of EMNIST.</summary>
/// <remarks>
/// Files are told by their names: <c>train</c> or <c>test</c>/<c>t10k</c>, and <c>images</c> or <c>labels</c>, in any spelling of the rest, with or without <c>.gz</c>.
/// A file <c>classes.txt</c> beside them, one name per line, names the classes.
/// </remarks>
public static class IdxFolder
{
    private const string ClassesFile = "classes.txt";
    private const string Example = "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte";

    /// <summary>Whether a folder has at least one file of each of the four roles; reads no file.</summary>
    /// <param name="folder">Need not exist.</param>
    public static bool Exists(string folder) =>
        Directory.Exists(folder) && Roles.All(role => Files(folder).Any(file => Plays(file, role)));

    /// <summary>Reads the two parts into memory; images of bytes stay bytes there and become <c>byte / 255</c> when read.</summary>
    /// <param name="folder">Holds the four files.</param>
    /// <param name="name">Null: the folder's name.</param>
    /// <param name="target">Null: as named in classes.txt, else as many classes as the largest label asks for.</param>
    /// <returns>Images of shape <c>[H, W, 1]</c>, or <c>[H, W, C]</c> and <c>[F]</c> where the files have such dimensions.</returns>
    /// <exception cref="DataFileException">EK0320..EK0330: missing, ambiguous, damaged or mismatched files; the message names the file.</exception>
    public static DatasetParts Load(string folder, string? name = null, TargetSpec? target = null)
    {
        if (!Directory.Exists(folder)) throw FileErrors.Unreadable(folder, new DirectoryNotFoundException("There is no such folder."));
        folder = Path.GetFullPath(folder);
        name ??= Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        var paths = Roles.Select(role => Find(folder, role)).ToArray();
        target ??= NamedClasses(folder);
        var (trainLabels, testLabels) = (ReadLabels(paths[0], paths[1]), ReadLabels(paths[2], paths[3]));
        // Both parts have the same classes, even if the test part lacks the last one.
        target ??= TargetSpec.Classes(Math.Max(0, trainLabels.Values.Concat(testLabels.Values).Max()) + 1);
        var training = Part(name + "/train", paths[0], trainLabels, target);
        var test = Part(name + "/test", paths[2], testLabels, target);
        if (!training.Shape.Equals(test.Shape)) throw FileErrors.ImagesAndLabels(paths[0], paths[2], $"samples to train on have shape {training.Shape}, those to test on {test.Shape}");
        return new DatasetParts(name, training, test, folder);
    }

    private static readonly (string Part, string What)[] Roles = [("train", "image"), ("train", "label"), ("test", "image"), ("test", "label")];

    private static string[] Files(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unreadable(folder, error);
        }
    }

    private static bool Plays(string path, (string Part, string What) role)
    {
        var file = Path.GetFileName(path).ToLowerInvariant();
        return file.Contains("idx", StringComparison.Ordinal) && file.Contains(role.What, StringComparison.Ordinal)
            && (file.Contains(role.Part, StringComparison.Ordinal) || (role.Part == "test" && file.Contains("t10k", StringComparison.Ordinal)));
    }

    private static string Find(string folder, (string Part, string What) role)
    {
        var text = $"{role.What}s to {role.Part} {(role.Part == "train" ? "on" : "with")}";
        string? found = null;
        foreach (var file in Files(folder).Where(file => Plays(file, role)))
        {
            // A file and its packed twin are the same data: the plain one, which comes first in order, is taken.
            if (found is not null && file != found + ".gz") throw FileErrors.Ambiguous(folder, text, Path.GetFileName(found), Path.GetFileName(file));
            found ??= file;
        }

        return found ?? throw FileErrors.MissingPart(folder, text, Example);
    }

    private static TargetSpec? NamedClasses(string folder)
    {
        var path = Path.Combine(folder, ClassesFile);
        if (!File.Exists(path)) return null;
        try
        {
            var names = File.ReadAllLines(path).Select(line => line.Trim()).Where(line => line.Length > 0).ToArray();
            return names.Length == 0 ? null : TargetSpec.Classes(names);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unreadable(path, error);
        }
    }

    private static (string Path, int[] Values) ReadLabels(string images, string path)
    {
        var file = IdxReader.Read(path);
        if (file.Dimensions.Length != 1) throw FileErrors.ImagesAndLabels(images, path, $"the label file has {file.Dimensions.Length} dimensions");
        return (path, file.ToIntegers());
    }

    private static Dataset Part(string name, string imagesPath, (string Path, int[] Values) labels, TargetSpec target)
    {
        var images = IdxReader.Read(imagesPath);
        if (images.Dimensions.Length < 2) throw FileErrors.ImagesAndLabels(imagesPath, labels.Path, $"the image file has {images.Dimensions.Length} dimension");
        if (images.Count != labels.Values.Length) throw FileErrors.ImagesAndLabels(imagesPath, labels.Path, FileErrors.Text($"{images.Count} images came with {labels.Values.Length} labels"));
        for (var i = 0; i < labels.Values.Length; i++)
        {
            if ((uint)labels.Values[i] >= (uint)target.ClassCount) throw FileErrors.Label(labels.Path, i, labels.Values[i], target.ClassCount);
        }

        var sample = images.Dimensions[1..];
        SampleShape shape = sample.Length == 2 ? [sample[0], sample[1], 1] : SampleShape.Create(sample);
        return images.ElementType == IdxElementType.UnsignedByte
            ? Dataset.FromBytes(images.Data, shape, labels.Values, target, name)
            : Dataset.From(images.ToSingles(), shape, labels.Values, target.ClassNames, name);
    }
}
