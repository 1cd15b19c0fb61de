using System.Reflection;
using System.Text.Json;

namespace Evenkeel.TestKit;

/// <summary>Numbers that PyTorch made once, in double precision, by <c>tests/Goldens/make_goldens.py</c>. They are never edited to let a test pass.</summary>
/// <remarks>Images are `[N, H, W, C]`; weights of linear layers are `[Out, In]`, see <see cref="Transposed"/>.</remarks>
public sealed class Golden
{
    private readonly string _file;
    private readonly Dictionary<string, GoldenArray> _arrays;

    private Golden(string file, Dictionary<string, GoldenArray> arrays) => (_file, _arrays) = (file, arrays);

    /// <summary>The names in the file, in its order.</summary>
    public IReadOnlyCollection<string> Names => _arrays.Keys;

    /// <summary>The values under a name, row by row.</summary>
    public double[] this[string name] => Array(name).Values;

    /// <summary>Loads a file of <c>tests/Goldens</c> by its name without ending, such as <c>batch-norm-1d</c>.</summary>
    public static Golden Load(string file)
    {
        Assembly assembly = typeof(Golden).Assembly;
        using Stream stream = assembly.GetManifestResourceStream($"goldens/{file}.json")
            ?? throw new FileNotFoundException($"No golden '{file}'. There are: {string.Join(", ", assembly.GetManifestResourceNames())}.");
        using JsonDocument document = JsonDocument.Parse(stream);
        Dictionary<string, GoldenArray> arrays = [];
        foreach (JsonProperty entry in document.RootElement.EnumerateObject())
        {
            int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())];
            double[] values = [.. entry.Value.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];
            if (shape.Aggregate(1, (a, b) => a * b) != values.Length)
                throw new InvalidDataException($"Golden '{file}', '{entry.Name}': shape [{string.Join(", ", shape)}] does not fit {values.Length} values.");
            arrays.Add(entry.Name, new GoldenArray(shape, values));
        }
        return new Golden(file, arrays);
    }

    /// <summary>Shape and values under a name.</summary>
    public GoldenArray Array(string name) =>
        _arrays.TryGetValue(name, out GoldenArray? array) ? array : throw new KeyNotFoundException($"Golden '{_file}' has no '{name}'. It has: {string.Join(", ", Names)}.");

    /// <summary>A single number.</summary>
    public double Number(string name) => this[name].Single();

    /// <summary>Whole numbers, such as labels.</summary>
    public int[] Integers(string name) => System.Array.ConvertAll(this[name], v => checked((int)v));

    /// <summary>The values rounded to single precision.</summary>
    public float[] Floats(string name) => System.Array.ConvertAll(this[name], v => (float)v);

    /// <summary>A matrix with its sides exchanged: PyTorch's `[Out, In]` as `[In, Out]`.</summary>
    public double[] Transposed(string name)
    {
        GoldenArray array = Array(name);
        int rows = array.Shape[0], columns = array.Shape[1];
        double[] result = new double[array.Values.Length];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) result[j * rows + i] = array.Values[i * columns + j];
        return result;
    }
}

/// <summary>One named array of a golden file.</summary>
public sealed record GoldenArray(int[] Shape, double[] Values);
