namespace Evenkeel.Engine.Execution;

/// <summary>A step that can find a run unfit to be committed.</summary>
internal interface IVerdict
{
    /// <summary>Whether what the step saw in this run was finite.</summary>
    bool IsFinite { get; }

    /// <summary>Throws where the run's data was wrong, not only unlucky.</summary>
    void ThrowIfInvalid()
    {
    }
}
