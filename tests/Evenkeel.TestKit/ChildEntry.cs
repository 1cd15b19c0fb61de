using System.Reflection;

namespace Evenkeel.TestKit;

/// <summary>The child's side of <see cref="ChildProcess"/>.</summary>
internal static class ChildEntry
{
    /// <summary>Arguments: expected widths (or empty), assembly, type, method, and the entry's own. Returns the exit code.</summary>
    public static int Run(string[] args)
    {
        try
        {
            if (args[0].Length > 0) WidthMatrix.AssertSupported([.. args[0].Split(',').Select(int.Parse)]);
            Type type = Assembly.Load(args[1]).GetType(args[2], throwOnError: true)!;
            MethodInfo method = type.GetMethod(args[3], BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
                ?? throw new MissingMethodException(args[2], args[3]);
            object? target = method.IsStatic ? null : Activator.CreateInstance(type, nonPublic: true);
            method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, method.GetParameters().Length == 0 ? [] : [args[4..]], null);
            return 0;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine(error);
            return 1;
        }
    }
}
