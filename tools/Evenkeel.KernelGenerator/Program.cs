using Evenkeel.KernelGenerator;

// Writes every generated kernel file; with --check compares instead, names what differs and fails.
var check = args.Contains("--check");
var root = Directory.GetCurrentDirectory();
while (!File.Exists(Path.Combine(root, "Evenkeel.slnx")))
{
    root = Path.GetDirectoryName(root)!;
    if (root is null)
    {
        Console.Error.WriteLine("No Evenkeel.slnx here or above; run this inside the repository.");
        return 2;
    }
}

var failures = 0;
var expected = new HashSet<string>(StringComparer.Ordinal);
foreach (var (path, text) in MatrixTileWriter.Write().Concat(DepthwiseTileWriter.Write()).Concat(RowPairWriter.Write()))
{
    var file = Path.GetFullPath(Path.Combine(root, path));
    expected.Add(file);
    if (File.Exists(file) && File.ReadAllText(file) == text) continue;
    if (check)
    {
        Console.Error.WriteLine($"{path} differs from what the generator writes; run: dotnet run --project tools/Evenkeel.KernelGenerator");
        failures++;
        continue;
    }

    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    File.WriteAllText(file, text);
    Console.WriteLine(path);
}

foreach (var folder in expected.Select(static file => Path.GetDirectoryName(file)!).Distinct().ToArray())
{
    foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.cs") : [])
    {
        if (expected.Contains(file)) continue;
        Console.Error.WriteLine($"{Path.GetRelativePath(root, file)} is written by no generator; delete it or add its writer.");
        failures++;
    }
}

return failures == 0 ? 0 : 1;
