namespace Evenkeel.Numerics.Kernels;

/// <summary>A choice that is a type argument, so that the compiler removes the branch not taken.</summary>
internal interface ISwitch
{
    /// <summary>The choice.</summary>
    static abstract bool IsOn { get; }
}

/// <summary>The switch that is on.</summary>
internal readonly struct On : ISwitch
{
    public static bool IsOn => true;
}

/// <summary>The switch that is off.</summary>
internal readonly struct Off : ISwitch
{
    public static bool IsOn => false;
}
