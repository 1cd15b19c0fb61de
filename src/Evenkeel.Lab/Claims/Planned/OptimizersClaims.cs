namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic Optimizers that have no experiment yet.</summary>
internal static class OptimizersClaims
{
    public static Claim[] All { get; } =
    [
        new("C56", Topics.Optimizers, "Saddle points are more common in many dimensions")
        {
            Source = "S4",
            Phrase = "saddle points much more common in high dimension",
            Question = "How often are all eigenvalues of a random symmetric matrix positive, and of a small network's critical points?",
            Criterion = "The share of positive spectra falls faster than 2^-N for N = 2 to 10.",
            Cost = new(new(10, 1), new(30, 1), new(60, 1)),
        },
        new("C57", Topics.Optimizers, "AdaGrad, RMSProp, Adam and AdamW as they are described")
        {
            Source = "S2",
            Phrase = "AdaGrad velocity ... Adam = Momentum + AdaGrad ... AdamW = Weight Decay을 추가",
            Question = "Do the optimizers do what the notes say?",
            Criterion = "AdaGrad's step for a constant gradient falls as t^-1/2 and keeps no velocity; Adam's first step is the rate times the gradient's sign; Adam with an L2 penalty and AdamW differ; on an ill-conditioned quadratic adaptive rates help along the axes and less when rotated.",
            Cost = new(new(40, 1), new(240, 5), new(480, 5)),
            Datasets = ["mnist"],
        },
        new("C60", Topics.Optimizers, "A large change of the rate tells a bad rate from bad code")
        {
            Source = "S2",
            Phrase = "Learning rate을 크게 바꿔봐야 lr문제인지 code문제인지",
            Question = "Do three planted bugs show at every rate?",
            Criterion = "A wrong sign fails at every rate, a bad rate at some; a missing 1/m is not hidden by any rate; stale statistics fail at every rate.",
            Cost = new(new(30, 1), new(120, 3), new(240, 5)),
            Datasets = ["mnist"],
        },
        new("C61", Topics.Optimizers, "Underfitting calls for more capacity, overfitting for more data")
        {
            Source = "S2",
            Phrase = "underfitting ... Complexity을 높이는",
            Question = "How do training accuracy and test error depend on width and on the number of samples?",
            Criterion = "Training accuracy rises with the width 4 to 512; test error falls with the samples 100 to 60,000.",
            Cost = new(new(60, 2), new(300, 5), new(600, 5)),
            Datasets = ["mnist"],
        },
        new("C62", Topics.Optimizers, "Hyper-parameters are found by toil")
        {
            Source = "S2",
            Phrase = "노가다",
            Question = "Is random search at least as good as a grid of the same size?",
            Criterion = "Best of 60 random choices at least that of an 8 by 8 grid minus 0.1 points.",
            Cost = new(new(60, 1), new(300, 5), new(600, 5)),
            Datasets = ["mnist"],
        },
    ];
}
