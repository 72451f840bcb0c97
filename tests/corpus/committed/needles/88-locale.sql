INSERT INTO `pupils` VALUES (1,'Bartholomew','Snodgrass','2014-12-20');
