namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic Initialization that have no experiment yet.</summary>
internal static class InitializationClaims
{
    public static Claim[] All { get; } =
    [
        new("C48", Topics.Initialization, "Well chosen first weights keep the signal's size")
        {
            Source = "S1",
            Phrase = "가중치 초기값을 잘 두는",
            Question = "Do Glorot's and He's first weights keep the deviation of activations through the layers, and does He's train where Glorot's stalls?",
            Criterion = "Ratio of deviations last to first layer within 0.3 to 3 for the matching choice; a ReLU network of 30 layers trains with He's and stalls with Glorot's.",
            Cost = new(new(30, 2), new(120, 5), new(240, 5)),
            Datasets = ["mnist"],
        },
        new("C44", Topics.Initialization, "Zero weights make a layer act as one weight")
        {
            Source = "S4",
            Phrase = "W=0 ... 1개의 weight를 사용하는 것과 같은",
            Question = "What do networks learn whose weights all begin at zero?",
            Criterion = "Sigmoid: hidden units stay identical to the bit. Tanh and ReLU: hidden weights never move and the accuracy is the largest class's share. With batch normalisation too nothing but the output's bias moves.",
            Cost = new(new(10, 1), new(20, 1), new(20, 1)),
            Datasets = ["mnist"],
        },
        new("C45", Topics.Initialization, "Very small weights shrink activations layer by layer")
        {
            Source = "S4",
            Phrase = "매우 작은 값 ... A값이 점점 작아지며",
            Question = "How fast do activations shrink in ten tanh layers of 500 with weights of deviation 0.01?",
            Criterion = "The deviation of layer l's activations is 0.2236^l times the input's, within 10%.",
            Cost = new(new(2, 1), new(2, 1), new(2, 1)),
        },
        new("C46", Topics.Initialization, "With very small weights late and early layers get tiny gradients and are not updated")
        {
            Source = "S4",
            Phrase = "후기 layer에서 dW는 ... 초기 layer의 dW도 0에 가까워진다 ... update되지 않는",
            Question = "How large are the weights' gradients from layer to layer, and do the weights move?",
            Criterion = "The hidden layers' gradient norms differ by less than a factor 3 and are below 1e-5 of those with Glorot's weights; 500 steps of SGD change the loss by less than 1e-3 beyond what the output's bias explains, and so do 500 steps of Adam.",
            Cost = new(new(10, 1), new(20, 1), new(20, 1)),
            Datasets = ["mnist"],
        },
        new("C47", Topics.Initialization, "Very large weights saturate, and the gradient is zero")
        {
            Source = "S4",
            Phrase = "매우 큰 절대값 ... saturated ... gradient가 0",
            Question = "How many tanh units saturate with weights of deviation 1 in layers of 500, and how large is the first gradient?",
            Criterion = "At least 80% of the activations beyond 0.99; the gradient by the first layer's input below 1e-3 of that by the last one's.",
            Cost = new(new(2, 1), new(2, 1), new(2, 1)),
        },
    ];
}
