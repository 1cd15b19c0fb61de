namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic Decoupled that have no experiment yet.</summary>
internal static class DecoupledClaims
{
    public static Claim[] All { get; } =
    [
        new("C72", Topics.Decoupled, "Forward, update and backward locking")
        {
            Source = "S0",
            Phrase = "순방향, 역방향, 갱신 잠금",
            Question = "In which order do the layers' updates happen?",
            Criterion = "With backpropagation a layer's update follows all forward and backward passes; with synthetic gradients it precedes the next layer's forward pass; fully unlocked no layer waits for another.",
            Cost = new(new(1, 1), new(1, 1), new(1, 1)),
        },
        new("C73", Topics.Decoupled, "Synthetic gradients train layers")
        {
            Source = "S0",
            Phrase = "합성 그래디언트를 만들어 레이어의 파라미터를 학습",
            Question = "Do networks of 3 to 6 layers learn with synthetic gradients?",
            Criterion = "Test error with DNI below half of that without backpropagation, conditioned DNI within 1.5 points of backpropagation; DNI's error grows with depth (Spearman above 0.8), conditioned DNI's does not.",
            Cost = new(new(90, 1), new(600, 5), new(3600, 5)),
            Datasets = ["mnist"],
        },
        new("C74", Topics.Decoupled, "Layers can be updated asynchronously")
        {
            Source = "S0",
            Phrase = "비동기적으로 처리",
            Question = "Do layers that are updated at random times, independently, still learn?",
            Criterion = "Test error at update probability 0.2 within 1.5 points of probability 1 after as many updates; below 0.1 worse.",
            Cost = new(new(60, 1), new(480, 5), new(2400, 5)),
            Datasets = ["mnist"],
        },
        new("C75", Topics.Decoupled, "Synchrony limits the speed of training")
        {
            Source = "S0",
            Phrase = "동기성이 신경망의 학습 속도에 영향",
            Question = "With a delay per layer on two threads, is the asynchronous pipeline faster?",
            Criterion = "With delays the locked network's time is their sum and the decoupled one's their largest; loss per second better with delays, and worse without.",
            Cost = new(new(20, 1), new(120, 3), new(240, 5)),
            Datasets = ["mnist"],
        },
        new("C76", Topics.Decoupled, "Synthetic gradient modules start at zero")
        {
            Source = "S0",
            Phrase = "zero-initialised",
            Question = "Is it better to start the last layer of the gradient modules at zero?",
            Criterion = "Loss over the first 100 steps not higher than from random first weights; cosine to the true gradient above 0 after an epoch.",
            Cost = new(new(20, 2), new(120, 5), new(240, 5)),
            Datasets = ["mnist"],
        },
        new("C77", Topics.Decoupled, "Synthetic gradients lengthen what a recurrent network learns")
        {
            Source = "S0",
            Phrase = "RNN에 적용",
            Question = "In the copy task, are longer sequences solved with synthetic gradients at the same truncation?",
            Criterion = "Longest solved sequence at least 1.5 times that of truncated backpropagation (paper 14 and 8).",
            Cost = new(new(90, 1), new(1800, 3), new(7200, 5)),
            MayStayOpen = "The task needs long training; the quick run may end before either solves it.",
        },
    ];
}
