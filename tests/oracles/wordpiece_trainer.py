"""Makes tests/golden/wordpiece/trainer.json: what Hugging Face tokenizers' WordPieceTrainer learns from
word counts of ours. Random words of six letters
with irregular counts, so that no two pairs tie (its ties depend on hash order).
Run from the repository root: python tests/oracles/wordpiece_trainer.py"""
import json, random
import tokenizers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

dice = random.Random(7)
counts = {}
while len(counts) < 500:
    counts["".join(dice.choice("aeinst") for _ in range(dice.randrange(2, 9)))] = dice.randrange(3, 5000)
special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
size = 180
tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
trainer = trainers.WordPieceTrainer(vocab_size=size, min_frequency=2, special_tokens=special, show_progress=False)
tokenizer.train_from_iterator((" ".join([word] * count) for word, count in counts.items()), trainer)
vocabulary = [piece for piece, _ in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])]
with open("tests/golden/wordpiece/trainer.json", "w") as file:
    json.dump({"tokenizers": tokenizers.__version__, "size": size, "counts": counts, "vocabulary": vocabulary}, file, indent=2)
    file.write("\n")
