using System.Reflection;
using System.Runtime.CompilerServices;

namespace Evenkeel.House.Tests;

public sealed class TypeTests
{
    /// <summary>Rooms derive their errors from it, and a program may catch it or throw it.</summary>
    private static readonly string[] Exempt = [typeof(EvenkeelException).FullName!];

    public static TheoryData<string> Rooms => [.. Repository.Files("src", "*.csproj").Select(path => Path.GetFileNameWithoutExtension(path)).Where(name => name != "Evenkeel.Cli")];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Classes_are_sealed_or_abstract(string room) =>
        Expect.None(Types(room).Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !Exempt.Contains(type.FullName)).Select(type => type.FullName), "Neither sealed nor abstract:");

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Public_types_stand_in_the_namespace_of_their_folder(string room)
    {
        var files = Repository.Sources($"src/{room}").ToArray();
        foreach (var path in files)
        {
            var declared = Repository.Read(path).Split('\n').FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal));
            if (declared is null) continue;
            var folder = Path.GetDirectoryName(path)!.Replace('\\', '/')["src/".Length..].Replace('/', '.');
            // Whoever builds a network needs one namespace for all layers.
            if (folder is "Evenkeel.Layers.Layers" or "Evenkeel.Layers.Normalization") folder = "Evenkeel.Layers";
            var name = declared["namespace ".Length..].TrimEnd(';', ' ', '{');
            // The base error is the one thing that every room shares under the product's own name.
            if (path == "src/Evenkeel.Numerics/EvenkeelException.cs") continue;
            // A folder named as its room adds nothing to what a program has to import.
            if (path.StartsWith("src/Evenkeel.Layers/Layers/", StringComparison.Ordinal)) folder = "Evenkeel.Layers";
            Assert.True(name == folder, $"{path} declares namespace {name}; its folder says {folder}.");
        }
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Public_fields_do_not_change(string room) =>
        Expect.None(Types(room).Where(type => type is { IsVisible: true, IsEnum: false, IsClass: true })
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(field => !field.IsInitOnly && !field.IsLiteral)
            .Select(field => $"{field.DeclaringType}.{field.Name}"), "Public fields that change:");

    private static IEnumerable<Type> Types(string room) =>
        Assembly.Load(room).GetTypes().Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && type.Namespace?.StartsWith("Evenkeel", StringComparison.Ordinal) == true && !type.Name.StartsWith('<'));
}
