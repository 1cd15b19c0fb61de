namespace Evenkeel.Data.Datasets;

/// <summary>Two parts of one dataset, without overlap.</summary>
/// <param name="First">The larger or leading part, the one to train on.</param>
/// <param name="Second">The part that was split off or held out.</param>
public readonly record struct DatasetSplit(Dataset First, Dataset Second);

/// <summary>A dataset as it is published: a part to train on and a part to test on, of the same shape and targets.</summary>
/// <param name="Name">The name by which the command line knows it, such as <c>mnist</c>.</param>
/// <param name="Training">The part to train on; validation samples are held out of it.</param>
/// <param name="Test">The part that is looked at once, at the end.</param>
/// <param name="Source">Where it came from, for logs: a folder, or how it was made.</param>
public sealed record DatasetParts(string Name, Dataset Training, Dataset Test, string Source);
