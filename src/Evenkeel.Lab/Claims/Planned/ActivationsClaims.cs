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
        new("C35", Topics.Activations, "Saturated neurons kill gradients")
        {
            Source = "S4",
            Phrase = "Saturated neuron kills gradients",
            Question = "How small are the derivatives of sigmoid and tanh at 10, and a deep sigmoid network's first gradient?",
            Criterion = "Sigmoid 4.54e-5 and tanh 8.2e-9 at 10, both within 1%; in a sigmoid network of ten layers the first layer's gradient is below 1e-5 of the last one's.",
            Cost = new(new(1, 1), new(1, 1), new(1, 1)),
        },
        new("C36", Topics.Activations, "With positive inputs all gradients of a neuron have one sign")
        {
            Source = "S4",
            Phrase = "input으로 모두 양수 ... gradient는 모두 양수거나 모두 음수",
            Question = "Do a neuron's weight gradients share their sign, for a sample and for a batch?",
            Criterion = "Positive inputs: in every sample all of a neuron's gradients have one sign; centred inputs: at most 2 of 2^9 times as often by chance; the mean over a batch of 64 still has one sign for at least 99% of the neurons.",
            Cost = new(new(2, 1), new(2, 1), new(2, 1)),
        },
        new("C41", Topics.Activations, "Leaky ReLU is max(-ax, x)")
        {
            Source = "S4",
            Phrase = "f(x) = max(-ax, x)",
            Question = "What does the formula give for x = -1 and a = 0.01?",
            Criterion = "The formula gives -0.01 with slope 0.01, as the leaky ReLU of its paper does.",
            Cost = new(new(1, 1), new(1, 1), new(1, 1)),
        },
        new("C43", Topics.Activations, "Maxout approximates a quadratic function by lines")
        {
            Source = "S4",
            Phrase = "2차 함수를 1차식으로 근사",
            Question = "How near does a maxout unit of k lines come to x^2 on [-1, 1], and to a function that is not convex?",
            Criterion = "For k = 1, 2, 4, 8 the largest error is 1 / (2 k^2) within 1%; x^3 stays above 0.18 for one unit and falls below 0.05 for the difference of two.",
            Cost = new(new(1, 1), new(1, 1), new(1, 1)),
        },
    ];
}
