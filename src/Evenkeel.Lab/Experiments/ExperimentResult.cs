using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments;

/// <summary>How a claim came out.</summary>
public enum ExperimentVerdict
{
    /// <summary>Every part of the criterion holds.</summary>
    Confirmed,

    /// <summary>The main part of the criterion fails.</summary>
    Refuted,

    /// <summary>Some parts hold and others fail; the report says which.</summary>
    Conditional,

    /// <summary>The run cannot tell.</summary>
    Inconclusive,
}

/// <summary>One part of a criterion, judged.</summary>
/// <param name="Name">What is asked for.</param>
/// <param name="Bar">What must hold.</param>
/// <param name="Observed">What was seen.</param>
/// <param name="Paper">What the paper shows.</param>
/// <param name="Holds">Whether it holds; null where the run cannot tell.</param>
public sealed record Finding(string Name, string Bar, string Observed, string Paper, bool? Holds);

/// <summary>What an experiment found.</summary>
/// <param name="Id">The experiment.</param>
/// <param name="Verdict">How it came out.</param>
/// <param name="Criterion">What had to hold.</param>
/// <param name="Observed">What was seen, in a line.</param>
/// <param name="Findings">The parts of the criterion.</param>
/// <param name="Seeds">How many seeds.</param>
/// <param name="Seconds">Wall-clock seconds of the whole run.</param>
/// <param name="Page">The report.</param>
public sealed record ExperimentResult(
    string Id, ExperimentVerdict Verdict, string Criterion, string Observed, IReadOnlyList<Finding> Findings, int Seeds, double Seconds, HtmlPage Page);
