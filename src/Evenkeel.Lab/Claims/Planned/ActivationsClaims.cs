namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic Activations that have no experiment yet.</summary>
internal static class ActivationsClaims
{
    public static Claim[] All { get; } =
    [
        new("C37", Topics.Activations, "Inputs that are not centred slow training down")
        {
            Source = "S4, S2",
            Phrase = "oscillation 형태로 수렴이 느려진다",
            Question = "Do the weights' steps oscillate, and does training take longer, where inputs are positive instead of centred?",
            Criterion = "Steps to the target at least 1.5 times more with inputs in [0, 1] than centred; the condition number of the inputs' second moments is reported.",
            Cost = new(new(20, 3), new(60, 5), new(120, 10)),
            Datasets = ["mnist"],
        },
        new("C38", Topics.Activations, "exp is expensive")
        {
            Source = "S4",
            Phrase = "exp() is expensive",
            Question = "How much longer do sigmoid, tanh and ELU take than ReLU, alone and as a part of a training step?",
            Criterion = "At least 3 times longer per number; a difference below 10% of a whole step.",
            Cost = new(new(10, 1), new(20, 1), new(20, 1)),
        },
        new("C39", Topics.Activations, "tanh is centred and saturates")
        {
            Source = "S4",
            Phrase = "Tanh zero centered, saturated kill",
            Question = "Is the mean of tanh's outputs near 0, does its gradient vanish for large inputs, and is it better than the sigmoid?",
            Criterion = "Mean output below 0.05 in size; derivative at 10 below 1e-7; fewer errors than the sigmoid in a network of five layers.",
            Cost = new(new(30, 2), new(180, 5), new(360, 5)),
            Datasets = ["mnist"],
        },
        new("C40", Topics.Activations, "ReLU does not saturate, is cheap and converges faster")
        {
            Source = "S4",
            Phrase = "converge faster than sigmoid/tanh",
            Question = "Does a ReLU network need fewer steps than a tanh network, each at its best rate?",
            Criterion = "At least 1.5 times fewer steps to 25% training error; derivative 1 for every positive input. Dead units and the mean output are reported; biological plausibility cannot be tested.",
            Cost = new(new(60, 2), new(600, 5), new(1200, 5)),
            Datasets = ["cifar10"],
        },
        new("C42", Topics.Activations, "ELU is nearly centred, robust to noise, less saturated, and expensive")
        {
            Source = "S4",
            Phrase = "closer to zero centered / reduce saturation / robust to noise / computing expensive",
            Question = "Which of the four hold?",
            Criterion = "Mean output nearer to 0 than ReLU's; for noisy inputs around -5 less output variance than leaky ReLU; at least 3 times as long as ReLU; derivative at -5 above 0.1.",
            Cost = new(new(20, 2), new(60, 5), new(120, 5)),
            Datasets = ["mnist"],
        },
    ];
}
