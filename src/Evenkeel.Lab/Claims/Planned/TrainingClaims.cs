namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic Training that have no experiment yet.</summary>
internal static class TrainingClaims
{
    public static Claim[] All { get; } =
    [
        new("C64", Topics.Training, "High variance is overfitting, high bias is underfitting")
        {
            Source = "S3",
            Phrase = "High Variance는 오버피팅이고 High Bias는 언더피팅",
            Question = "How do squared bias and variance depend on the width?",
            Criterion = "Bias falls with the width 2 to 256; variance rises over the first half of the widths.",
            Cost = new(new(60, 1), new(240, 1), new(480, 3)),
            Datasets = ["mnist"],
        },
        new("C67", Topics.Training, "DropConnect, fractional pooling and stochastic depth regularise")
        {
            Source = "S4",
            Phrase = "Drop connect, fractional max pooling, stochastic depth",
            Question = "Does each improve a network that overfits?",
            Criterion = "Test accuracy above the base by two standard errors where the base's gap is above 5 points; stochastic depth saves at least 15% of the time.",
            Cost = new(new(60, 2), new(600, 5), new(1200, 5)),
            Datasets = ["cifar10"],
            MayStayOpen = "The gains are small; two seeds may not separate them from chance.",
        },
        new("C68", Topics.Training, "Transfer from a trained backbone helps")
        {
            Source = "S4",
            Phrase = "Transfer Learning ... ImageNet pretrained BackBone",
            Question = "Do layers trained on the digits 0 to 4 help to learn 5 to 9 from few labels?",
            Criterion = "With 10 labels per class at least 5 points above training from scratch; normalisation in the frozen part must use its running statistics.",
            Cost = new(new(40, 2), new(240, 5), new(480, 5)),
            Datasets = ["mnist"],
        },
        new("C69", Topics.Training, "Residual blocks make depth trainable")
        {
            Source = "S4",
            Phrase = "Residual Block",
            Question = "Does a plain network get worse with depth where a residual one does not?",
            Criterion = "Training loss of the plain network at depth 32 above that at depth 8; of the residual network at depth 32 at most that at depth 8. Both normalised.",
            Cost = new(new(90, 1), new(900, 3), new(7200, 5)),
            Datasets = ["cifar10"],
            MayStayOpen = "One seed of few steps at depth 32 may not separate the two.",
        },
        new("C70", Topics.Training, "Small rates, ReLU and good first weights are indirect remedies")
        {
            Source = "S1",
            Phrase = "small learning rate ... ReLU ... 초기값",
            Question = "Is batch normalisation alone worth each of the three remedies?",
            Criterion = "Accuracy of a ten-layer network: normalisation alone at least that of each remedy alone.",
            Cost = new(new(40, 2), new(180, 5), new(360, 5)),
            Datasets = ["mnist"],
        },
    ];
}
